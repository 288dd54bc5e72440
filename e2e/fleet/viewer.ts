import { WebSocket } from 'ws';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';
import type { Gap, HostSummary, Subscribed, WelcomeMessage } from '../../shared/protocol/messages.ts';
import { until } from '../faults/fast-time.ts';
import type { Received } from '../faults/oracle.ts';
import { countIn } from './machine.ts';

export type Message = ReturnType<typeof decodeServerFrame>[number];

export interface ViewedSample {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  /** Which sample of the machine its values are of; `null` if they do not fit the names of the series. */
  readonly count: number | null;
}

/** Gaps that a busy machine adds. */
const OF_LOAD: ReadonlySet<string> = new Set(['stall', 'slow']);

/** A v1 client with one subscription on one connection, which records everything that it is told. */
export class Viewer {
  readonly messages: Message[] = [];
  readonly #socket: WebSocket;
  #isClosed = false;

  /** Connects, and subscribes at once to `m*` unless `request` names other metrics. */
  static async open(url: string, request: object = {}): Promise<Viewer> {
    const viewer = new Viewer(url);
    await until('the welcome', () => viewer.messages.length > 0);
    viewer.subscribe(request);
    return viewer;
  }

  private constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace(/^http/, 'ws')}metrics`, SUBPROTOCOL);
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => (this.#isClosed = true));
    this.#socket.on('message', (frame: Buffer) => this.messages.push(...decodeServerFrame(frame.toString())));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  subscribe(request: object): void {
    const metrics = 'hosts' in request ? {} : { metrics: ['m*'] };
    this.send({ action: 'subscribe', sub: 's', ...metrics, ...request });
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.terminate();
  }

  get welcome(): WelcomeMessage {
    const first = this.of('welcome')[0];
    if (first === undefined) throw new Error('not welcomed');
    return first;
  }

  of<T extends Message['type']>(type: T): Extract<Message, { type: T }>[] {
    return this.messages.filter((message): message is Extract<Message, { type: T }> => message.type === type);
  }

  /** The first answer. */
  async answer(): Promise<Subscribed> {
    await until('an answer', () => this.of('subscribed').length > 0 || this.of('error').length > 0);
    const [answer] = this.of('subscribed');
    if (answer === undefined) throw new Error(this.of('error')[0]?.error);
    return answer;
  }

  get samples(): ViewedSample[] {
    let epoch = '';
    let names: readonly string[] = [];
    return this.messages.flatMap((message) => {
      if (message.type === 'subscribed') {
        ({ epoch } = message);
        names = message.series.map(({ name }) => name);
      }
      if (message.type !== 'metrics') return [];
      const { seq, ts, values } = message;
      return [{ epoch, seq, ts, count: countIn(names, values) }];
    });
  }

  /** As the oracle judges it. */
  get received(): Received[] {
    return this.messages.flatMap((message): Received[] => {
      if (message.type === 'subscribed') return [{ kind: 'subscribed', epoch: message.epoch }];
      if (message.type === 'metrics') return [{ kind: 'sample', seq: message.seq, ts: message.ts }];
      if (message.type !== 'gap') return [];
      const { from, to, fromTs, toTs, reason } = message;
      return [{ kind: 'gap', from, to, fromMs: fromTs, toMs: toTs, reason }];
    });
  }

  /** Without those of a machine that was busy. */
  get gaps(): Gap[] {
    return this.of('gap').filter(({ reason }) => !OF_LOAD.has(reason));
  }

  /** How hosts are, as told by now; of a subscription with `hosts`. */
  get hosts(): ReadonlyMap<string, HostSummary> {
    const hosts = new Map<string, HostSummary>();
    for (const message of this.of('hosts')) {
      if (message.complete) hosts.clear();
      for (const host of message.hosts) hosts.set(host.id, host);
      for (const id of message.removed) hosts.delete(id);
    }
    return hosts;
  }

  /** Waits until there are so many samples. */
  async have(count: number): Promise<ViewedSample[]> {
    await until(`${count} samples`, () => this.of('metrics').length >= count || this.of('error').length > 0);
    const [refusal] = this.of('error');
    if (refusal !== undefined) throw new Error(refusal.error);
    return this.samples;
  }

  /** Waits for so many more samples. */
  more(count: number): Promise<ViewedSample[]> {
    return this.have(this.of('metrics').length + count);
  }
}
