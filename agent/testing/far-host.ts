import type { HostStatus, HostSummary } from '../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { FeedListener, FeedPace, FeedStart, HostFeed, OpenFeed } from '../hosts/host-feed.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { metric } from './fake-collector.ts';

/** A feed that a copy has opened. */
export interface MemoryFeed {
  readonly start: FeedStart;
  readonly listener: FeedListener;
  pace: FeedPace;
  isFilled: boolean;
  last: SequencedSample | undefined;
}

/** A host in another agent, and the way to it. Sample number n of all runs has the values n and -n. */
export class FarHost implements HostFeed {
  readonly id = 'far-1';
  readonly intervalMs = 1000;
  readonly unitMs = 100;
  /** How long a fill takes. */
  latencyMs = 20;
  catalogue = [metric('cpu'), metric('memory')];
  status: HostStatus = { state: 'up', sinceMs: 1 };
  /** Samples of all runs. */
  readonly log: SequencedSample[] = [];
  /** Those opened so far, whether closed or not. */
  readonly starts: FeedStart[] = [];
  readonly feeds = new Set<MemoryFeed>();
  readonly #clock: Pick<Clock, 'schedule'>;
  /** Samples of this run that the agent still holds. */
  readonly #kept: number;
  #run = 1;
  #seq = 0;
  #grid = 0;
  #isCut = false;

  constructor(clock: Pick<Clock, 'schedule'>, kept = 900) {
    this.#clock = clock;
    this.#kept = kept;
  }

  get epoch(): string {
    return `run-${this.#run}`;
  }

  get summary(): HostSummary {
    return {
      id: this.id,
      label: 'far',
      status: this.status,
      epoch: this.epoch,
      intervalMs: this.intervalMs,
      minIntervalMs: this.unitMs,
      bootedAtMs: null,
      ts: this.log.at(-1)?.timestampMs ?? null,
      cpu: null,
      memory: null,
      disk: null,
      network: null,
      pressure: null,
      alerts: null,
    };
  }

  /** The only feed that is open. */
  get feed(): MemoryFeed {
    const [feed, ...others] = this.feeds;
    if (feed === undefined || others.length > 0) throw new Error(`${this.feeds.size} feeds are open`);
    return feed;
  }

  /** Takes samples. @param stalled whether time is missing before the first */
  take(count = 1, stalled = false): void {
    for (let taken = 0; taken < count; taken += 1) {
      this.#seq += 1;
      this.#grid += stalled && taken === 0 ? 50 : 10;
      const number = this.log.length + 1;
      const sample: SequencedSample = {
        epoch: this.epoch,
        seq: this.#seq,
        timestampMs: this.#grid * 100,
        gridIndex: this.#grid,
        values: [number, -number],
        ...(stalled && taken === 0 && this.#seq > 1 ? { gapReason: 'stall' } : {}),
      };
      this.log.push(sample);
      if (!this.#isCut) for (const feed of this.feeds) if (feed.isFilled) this.#tell(feed, sample);
    }
  }

  restart(): void {
    this.#run += 1;
    this.#seq = 0;
  }

  /** Nothing arrives any more. */
  cut(): void {
    this.#isCut = true;
  }

  /** Everything that did not arrive does now, as far as it is kept. */
  mend(): void {
    this.#isCut = false;
    for (const feed of this.feeds) this.#goOn(feed);
  }

  /** As `cut`, and those who wait for the begin are told that nothing answers. */
  giveUp(): void {
    this.cut();
    for (const feed of this.feeds) if (!feed.isFilled) this.#fill(feed, []);
  }

  open(start: FeedStart, pace: FeedPace, listener: FeedListener): OpenFeed {
    this.starts.push(start);
    const feed: MemoryFeed = { start, pace, listener, isFilled: false, last: undefined };
    this.feeds.add(feed);
    // The answer is as old as its way back is long; what was taken meanwhile follows it.
    let cancel = this.#clock.schedule(() => {
      const answer = this.#startOf(start);
      cancel = this.#clock.schedule(() => {
        if (!this.#isCut && !feed.isFilled) this.#goOn(feed, answer);
      }, this.latencyMs / 2);
    }, this.latencyMs / 2);
    return {
      setPace: (next) => {
        feed.pace = next;
      },
      close: () => {
        cancel();
        this.feeds.delete(feed);
      },
    };
  }

  #goOn(feed: MemoryFeed, answer = this.#startOf(feed.start)): void {
    const { catalogue } = this;
    feed.listener.described({ facts: { cores: 4 }, catalogue, tables: [] });
    if (!feed.isFilled) this.#fill(feed, answer);
    const rest = feed.last === undefined ? this.#startOf(feed.start) : this.#after(feed.last);
    for (const sample of rest) this.#tell(feed, sample);
  }

  #fill(feed: MemoryFeed, samples: readonly SequencedSample[]): void {
    feed.isFilled = true;
    const [first, ...others] = samples;
    feed.last = samples.at(-1);
    feed.listener.filled(first === undefined ? [] : [this.#described(first), ...others]);
  }

  #tell(feed: MemoryFeed, sample: SequencedSample): void {
    const isFirst = feed.last?.epoch !== sample.epoch;
    feed.last = sample;
    feed.listener.sample(isFirst ? this.#described(sample) : sample);
  }

  #described(sample: SequencedSample): SequencedSample {
    return { ...sample, catalogue: this.catalogue };
  }

  get #held(): readonly SequencedSample[] {
    return this.log.filter(({ epoch, seq }) => epoch === this.epoch && seq > this.#seq - this.#kept);
  }

  #startOf(start: FeedStart): readonly SequencedSample[] {
    if (start === 'everything') return this.#held;
    return 'backfill' in start ? this.#held.slice(-start.backfill) : this.#after(start.since);
  }

  #after({ epoch, seq }: { readonly epoch: string; readonly seq: number }): readonly SequencedSample[] {
    return this.#held.filter((sample) => sample.epoch !== epoch || sample.seq > seq);
  }
}
