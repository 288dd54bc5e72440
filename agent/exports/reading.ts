import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host } from '../../shared/protocol/messages.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { RawReading } from '../sampling/raw-values.ts';

/** One host as it is pushed: states as of a sample, rates as means over the time since the push before. */
export interface Reading {
  readonly host: Host;
  readonly epoch: string;
  /** Of the sample, Unix ms. */
  readonly timestampMs: number;
  readonly metrics: readonly MetricDescriptor[];
  /** In the order of `metrics`; `null` is unknown. */
  readonly values: readonly (number | null)[];
  /** Of the newest sample. Read once, and at once: it is valid until the next sample. */
  readonly rawValues: Iterable<RawReading>;
}

/**
 * Reads what is pushed with sample `seq`.
 * @param stride grid units between two pushes
 * @returns `null` if the sample is no longer held
 */
export function readPush(stream: HostStream, seq: number, stride: number): Reading | null {
  const { host, store, catalogue } = stream;
  const { epoch } = store.head;
  const series = store.metricSet(catalogue);
  const query = { after: { epoch, seq: seq - 1 }, limit: 1, series, stride, including: seq };
  for (const item of store.read(query)) {
    if (!('values' in item)) continue;
    if (item.seq !== seq) return null;
    const rawValues = stream.rawValues?.() ?? [];
    return {
      host,
      epoch,
      timestampMs: item.timestampMs,
      metrics: catalogue,
      values: item.values,
      rawValues,
    };
  }
  return null;
}
