import type { Gap, Metrics, Position, Subscribed } from '../../shared/protocol/messages.ts';
import { DIALECTS, subscribe, type Subscription } from './dialects.ts';
import { SlimSocket } from './slim-socket.ts';

type Message = Metrics | Gap | Subscribed | { readonly type: 'batch'; readonly messages: Message[] };

/** What a viewer found, over all its connections. */
export interface Findings {
  /** Samples whose `prev` was not the one before: holes that nothing explains. */
  holes: number;
  /** Samples that came a second time, or after a later one. */
  repeats: number;
  /** Ranges that the agent told of as not sent. */
  gaps: number;
  /** Subscriptions with `since` that were answered with `recovered: false`. */
  unrecovered: number;
  /** Closes with 4200, slow consumer. */
  givenUp: number;
  /** Connections that ended in another way and not by its own wish. */
  cut: number;
  samples: number;
}

const NO_FINDINGS: Readonly<Findings> = {
  holes: 0,
  repeats: 0,
  gaps: 0,
  unrecovered: 0,
  givenUp: 0,
  cut: 0,
  samples: 0,
};

const SLOW_CONSUMER = 4200;

/**
 * A viewer of the agent that comes back where it was and checks that it is told everything (RT-9, RT-10). The shape of messages is
 * taken on trust: thousands of these run beside the agent.
 */
export class ReturningViewer {
  readonly #port: number;
  readonly #subscription: Subscription;
  readonly #sample: (timestampMs: number) => void;
  readonly findings: Findings = { ...NO_FINDINGS };
  /** Sequence numbers in which `gap`s said that samples would not come. */
  readonly untold: { readonly from: number; readonly to: number }[] = [];
  #socket: SlimSocket | null = null;
  #position: Position | undefined;
  #epoch = '';
  #wantsToStay = false;
  #isRewinding = false;
  #sampled: () => void = () => {};

  /** @param sample called with each, which has a timestamp in Unix ms */
  constructor(port: number, subscription: Subscription, sample: (timestampMs: number) => void = () => {}) {
    this.#port = port;
    this.#subscription = subscription;
    this.#sample = sample;
  }

  /** Settles with the first sample. After a close it comes back by itself. */
  async connect(): Promise<void> {
    this.#wantsToStay = true;
    const sampled = new Promise<void>((resolve) => {
      this.#sampled = resolve;
    });
    this.#dial();
    await sampled;
  }

  /** Cuts the connection without a word; settles nothing, forgets nothing. */
  drop(): void {
    this.#wantsToStay = false;
    this.#socket?.destroy();
  }

  /** Asks for everything after `seq` again, which the agent may or may not hold. */
  rewind(seq: number): void {
    const since = { epoch: this.#epoch, seq };
    this.#position = since;
    this.#isRewinding = true;
    if (this.#socket !== null) subscribe(this.#socket, { ...this.#subscription, since });
  }

  #dial(): void {
    const { path, protocol } = DIALECTS.agent;
    let isWelcome = false;
    this.#socket = new SlimSocket({
      port: this.#port,
      path,
      protocol,
      opened: () => {},
      text: (payload, socket) => {
        if (isWelcome) {
          this.#read(JSON.parse(payload.toString()) as Message);
          return;
        }
        isWelcome = true;
        const since = this.#position;
        subscribe(socket, { ...this.#subscription, ...(since === undefined ? {} : { since }) });
      },
      closed: (code) => {
        if (!this.#wantsToStay) return;
        if (code === SLOW_CONSUMER) this.findings.givenUp += 1;
        else this.findings.cut += 1;
        this.#dial();
      },
    });
  }

  #read(message: Message): void {
    if (message.type === 'batch') {
      for (const member of message.messages) this.#read(member);
    } else if (message.type === 'subscribed') {
      this.#isRewinding = false;
      this.#epoch = message.epoch;
      if (this.#position !== undefined && !message.recovered) this.findings.unrecovered += 1;
    } else if (this.#isRewinding) {
      // Of the subscription that is about to be replaced.
    } else if (message.type === 'gap') {
      this.findings.gaps += 1;
      if (message.to >= message.from) this.untold.push({ from: message.from, to: message.to });
      this.#position = { epoch: this.#epoch, seq: message.to };
    } else if (message.type === 'metrics') {
      this.#take(message);
    }
  }

  #take({ seq, prev, ts }: Metrics): void {
    if (this.#position !== undefined) {
      if (seq <= this.#position.seq) this.findings.repeats += 1;
      else if (prev !== this.#position.seq) this.findings.holes += 1;
    }
    this.#position = { epoch: this.#epoch, seq, ts };
    this.findings.samples += 1;
    this.#sampled();
    this.#sample(ts);
  }
}

export function sumOf(all: readonly Readonly<Findings>[]): Findings {
  const sum = { ...NO_FINDINGS };
  for (const findings of all) {
    for (const name of Object.keys(sum) as (keyof Findings)[]) sum[name] += findings[name];
  }
  return sum;
}
