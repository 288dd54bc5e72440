import type { MetricDescriptor } from '../../shared/catalogue.ts';
import type { Host, Metrics, PlainMetrics } from '../../shared/messages.ts';
import type { Sample } from '../sampling/sampler.ts';
import { EncoderCache } from './encoder-cache.ts';
import type { MetricSet } from './metric-set.ts';
import { Ring } from './ring.ts';

/** One host's samples: who it is, what it measures, the ring, and frames of it. */
export class Feed {
  readonly host: Host;
  readonly catalogue: readonly MetricDescriptor[];
  readonly intervalMs: number;
  readonly ring: Ring;
  readonly encoder = new EncoderCache();

  constructor(host: Host, catalogue: readonly MetricDescriptor[], intervalMs: number) {
    this.host = host;
    this.catalogue = catalogue;
    this.intervalMs = intervalMs;
    this.ring = new Ring(intervalMs, catalogue.length);
  }

  append(sample: Sample): void {
    this.ring.push(sample);
    this.encoder.clear();
  }

  /** The v1 frame of sample `seq`. @throws RangeError when it is not held. */
  frame(set: MetricSet, sub: string, seq: number, prev: number): Metrics {
    const values = set.columns.map((column) => this.ring.valueAt(column, seq));
    return { type: 'metrics', sub, seq, prev, ts: this.ring.timestampAt(seq), values };
  }

  /** The text of the newest sample's v1 frame, encoded once per metric set, sub and prev. */
  headFrame(set: MetricSet, sub: string, prev: number): string {
    return this.encoder.text(`v1 ${set.key} ${prev} ${sub}`, () =>
      this.frame(set, sub, this.ring.head, prev),
    );
  }

  /** The text of the newest sample's plain frame, encoded once per metric set. */
  plainHeadFrame(set: MetricSet): string {
    return this.encoder.text(`plain ${set.key}`, () => this.#plainFrame(set, this.ring.head));
  }

  #plainFrame({ series, columns }: MetricSet, seq: number): PlainMetrics {
    const values = columns.map((column) => this.ring.valueAt(column, seq));
    return {
      type: 'metrics',
      metrics: Object.fromEntries(series.map(({ name }, i) => [name, values[i] ?? null])),
    };
  }
}
