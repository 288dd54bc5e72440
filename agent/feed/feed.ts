import type { MetricDescriptor } from '../../shared/catalogue.ts';
import type { Host, Metrics, PlainMetrics } from '../../shared/messages.ts';
import { gridUnitMs } from '../sampling/grid.ts';
import type { Sample } from '../sampling/sample.ts';
import type { Frame } from '../transports/frame.ts';
import { Attention } from './attention.ts';
import { EncoderCache } from './encoder-cache.ts';
import type { MetricSet } from './metric-set.ts';
import { Ring } from './ring.ts';

/**
 * What all subscriptions to the same series at the same interval and under the same name share: one object for all of them, so that the walk over
 * thousands of clients touches as little memory of each as can be.
 */
export interface Channel {
  readonly key: string;
  readonly set: MetricSet;
  readonly sub: string;
  /** Units of the grid between its samples. */
  readonly every: number;
}

const MAX_INTERVAL_MS = 5 * 60_000;

/** Names are the clients' choice; one who keeps choosing new ones does not fill the memory. */
const MAX_CHANNELS = 1024;

/** One host's samples: who it is, what it measures, the ring, and frames of it. */
export class Feed {
  readonly host: Host;
  readonly catalogue: readonly MetricDescriptor[];
  /** Time between samples while nobody asks for more. */
  readonly intervalMs: number;
  /** What the grid indices of samples count in. */
  readonly unitMs: number;
  readonly ring: Ring;
  /** How often its clients want a sample. */
  readonly attention: Attention;
  readonly encoder = new EncoderCache();
  readonly #channels = new Map<string, Channel>();
  #skipped = 0;

  constructor(host: Host, catalogue: readonly MetricDescriptor[], intervalMs: number) {
    this.host = host;
    this.catalogue = catalogue;
    this.intervalMs = intervalMs;
    this.unitMs = gridUnitMs(intervalMs);
    this.ring = new Ring(this.unitMs, catalogue.length);
    this.attention = new Attention(intervalMs / this.unitMs);
  }

  /**
   * The interval in effect for one that was asked for: above the agent's own a multiple of that, below it a multiple of the
   * grid's unit, rounded up. At most 5 minutes, well within what the ring holds: what is longer ago could not be resumed.
   */
  effectiveIntervalMs(askedMs = this.intervalMs): number {
    const stepMs = askedMs < this.intervalMs ? this.unitMs : this.intervalMs;
    return Math.min(Math.ceil(askedMs / stepMs), Math.floor(MAX_INTERVAL_MS / stepMs)) * stepMs;
  }

  /** Samples that clients were not sent because they did not read (FC-1), over all clients. */
  get skipped(): number {
    return this.#skipped;
  }

  /** A client will not be sent a sample that it would have had. */
  countSkipped(): void {
    this.#skipped += 1;
  }

  append(sample: Sample): void {
    this.ring.push(sample);
    this.encoder.clear();
  }

  /** The v1 frame of sample `seq` at an interval of `every` grid units. @throws RangeError when it is not held. */
  message({ set, sub, every }: Channel, seq: number, prev: number): Metrics {
    const values = this.#values(set, seq, every);
    return { type: 'metrics', sub, seq, prev, ts: this.ring.timestampAt(seq), values };
  }

  /**
   * @param sub the client's name for the subscription
   * @param every its interval in grid units
   */
  channel(set: MetricSet, sub: string, every: number): Channel {
    const key = `v1 ${set.key} ${every} ${sub}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    if (this.#channels.size >= MAX_CHANNELS) this.#channels.clear();
    const channel = { key, set, sub, every };
    this.#channels.set(key, channel);
    return channel;
  }

  /** The v1 frame of the newest sample, encoded once per channel and prev. */
  headFrame(channel: Channel, prev: number): Frame {
    return this.encoder.frame(channel.key, prev, () => this.message(channel, this.ring.head, prev));
  }

  /** The plain frame of the newest sample, encoded once per metric set. */
  plainHeadFrame(set: MetricSet): Frame {
    return this.encoder.frame(`plain ${set.key}`, 0, () => this.#plainMessage(set, this.ring.head));
  }

  #plainMessage(set: MetricSet, seq: number): PlainMetrics {
    const values = this.#values(set, seq, this.intervalMs / this.unitMs);
    return {
      type: 'metrics',
      metrics: Object.fromEntries(set.series.map(({ name }, i) => [name, values[i] ?? null])),
    };
  }

  /** What a client at that interval sees: states as they are, rates over its own interval. */
  #values(set: MetricSet, seq: number, every: number): (number | null)[] {
    return set.columns.map((column) =>
      this.catalogue[column]?.kind === 'rate'
        ? this.ring.rateAt(column, seq, every)
        : this.ring.valueAt(column, seq),
    );
  }
}
