import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import { MetricsClient, type MetricsClientOptions } from '../../shared/client/metrics-client.ts';
import type { SubscriptionRequest } from '../../shared/client/client-subscription.ts';
import { TransportLadder } from '../../shared/client/transport-ladder.ts';
import type { Clock } from '../../shared/clock.ts';
import { nodeClock } from '../../examples/node-clock.ts';
import { WsTransport } from '../../examples/ws-transport.ts';
import { judge, type LoggedSample, type Received, type ReceivedGap, type Verdict } from './oracle.ts';
import { until } from './fast-time.ts';

export interface FollowerOptions extends Partial<Omit<MetricsClientOptions, 'clock'>> {
  readonly clock?: Clock;
  readonly request?: SubscriptionRequest;
}

/** HB-2 takes 35 s. */
const WATCHDOG_MS = 60_000;

/** A client with one subscription that records everything it receives. */
export class Follower {
  readonly client: MetricsClient;
  readonly received: Received[] = [];
  readonly statuses: ConnectionStatus[] = [];
  /** When each sample of `received` arrived, by the client's clock. */
  readonly sampleTimesMs: number[] = [];
  /** When each status was reported, by the same clock. */
  readonly statusTimesMs: number[] = [];
  #newest: { readonly epoch: string; readonly seq: number } | null = null;

  /** @param url of the agent or a proxy in front of it */
  constructor(
    url: string,
    { clock = nodeClock, request = { metrics: ['*'] }, ...options }: FollowerOptions = {},
  ) {
    this.client = new MetricsClient({
      transport: new TransportLadder([new WsTransport(url)], clock),
      clock,
      random: Math.random,
      ...options,
    });
    let epoch = '';
    this.client.subscribe(request, {
      subscribed: (announcement) => {
        ({ epoch } = announcement);
        this.received.push({ kind: 'subscribed', epoch });
      },
      sample: ({ seq, timestampMs }) => {
        this.#newest = { epoch, seq };
        this.received.push({ kind: 'sample', seq, ts: timestampMs });
        this.sampleTimesMs.push(clock.now());
      },
      gap: (gap) => this.received.push({ kind: 'gap', ...gap }),
      refused: ({ error }) => {
        throw new Error(error);
      },
    });
    this.client.onStatus((status) => {
      this.statuses.push(status);
      this.statusTimesMs.push(clock.now());
    });
    this.client.start();
  }

  get sampleCount(): number {
    return this.sampleTimesMs.length;
  }

  get gaps(): ReceivedGap[] {
    return this.received.filter((item) => item.kind === 'gap');
  }

  /** The samples received before and after a gap. */
  neighboursOf(gap: ReceivedGap): { before: Received | undefined; after: Received | undefined } {
    const index = this.received.indexOf(gap);
    return {
      before: this.received.findLast((item, i) => i < index && item.kind === 'sample'),
      after: this.received.find((item, i) => i > index && item.kind === 'sample'),
    };
  }

  /** How often it was welcomed. */
  get connections(): number {
    return this.statuses.filter(({ state }) => state === 'connected').length;
  }

  /** Waits for `count` more samples. */
  more(count = 3): Promise<void> {
    const goal = this.sampleCount + count;
    return until(`${count} more samples`, () => this.sampleCount >= goal);
  }

  /** Waits until it has noticed its first loss of connection. @returns when, by its clock */
  async lost(): Promise<number> {
    const index = (): number => this.statuses.findIndex(({ state }) => state === 'reconnecting');
    await until('loss', () => index() >= 0, WATCHDOG_MS);
    return this.statusTimesMs[index()] ?? Number.NaN;
  }

  /** Waits until it has the sample that is the last in the agent's log now, or the first if there is none yet. */
  async caughtUp(log: () => readonly LoggedSample[]): Promise<void> {
    // The log of a process arrives through a pipe, and may come after the samples that viewers get.
    await until('a sample in the log', () => log().length > 0);
    const goal = log().at(-1);
    await until(
      `sample ${goal?.seq} of ${goal?.epoch}`,
      () => this.#newest !== null && this.#newest.epoch === goal?.epoch && this.#newest.seq >= goal.seq,
    );
  }

  /**
   * Stops the client and judges everything it received (RT-10) up to its last sample.
   * @param log of all runs of the agent
   */
  async judge(log: () => readonly LoggedSample[]): Promise<Verdict> {
    this.client.stop();
    const newest = this.#newest;
    const rowOfNewest = (): number =>
      log().findLastIndex(({ epoch, seq }) => epoch === newest?.epoch && seq === newest.seq);
    // The log of a process arrives through a pipe.
    await until('the last sample in the log', () => rowOfNewest() >= 0);
    return judge(this.received, log().slice(0, rowOfNewest() + 1));
  }
}
