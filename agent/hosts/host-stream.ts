import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host } from '../../shared/protocol/messages.ts';
import type { RawReading } from '../sampling/raw-values.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import type { SampleStore, SequencedSample } from '../store/sample-store.ts';

/** One host whose samples can be followed, here or on another machine. */
export interface HostStream {
  readonly host: Host;
  /** All metrics that are kept; a new array when they change. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables: readonly TableDescriptor[];
  /** Increases when `host` or `catalogue` change. */
  readonly revision: number;
  /** Time between samples unless a faster interval is demanded. */
  readonly intervalMs: number;
  /** The grid unit, in which grid indices and strides count; divides `intervalMs`. */
  readonly unitMs: number;
  /** Time between samples now. */
  readonly currentIntervalMs: number;
  readonly store: SampleStore;
  /** What is older than `store`: `null` while it is being opened, absent where none is kept. */
  readonly history?: SampleHistory | null | undefined;
  /** The raw values behind the newest sample, if the host is sampled here; see `Sampler.rawValues`. */
  rawValues?(): Iterable<RawReading>;
  /** Demands a sample every `stride` grid units. Returns the undo. */
  demand(stride: number): () => void;
  /** Calls `listener` after a sample has entered the store. Returns the undo. */
  onSample(listener: (sample: SequencedSample) => void): () => void;
}

const MAX_INTERVAL_MS = 5 * 60_000;

/**
 * The interval in effect for a requested one: rounded up to a multiple of the host's own interval, or, if shorter than that, of the grid unit.
 * At most 5 minutes, well within what a store holds, so that it can be resumed.
 */
export function effectiveIntervalMs(
  { intervalMs, unitMs }: Pick<HostStream, 'intervalMs' | 'unitMs'>,
  requestedMs = intervalMs,
): number {
  const stepMs = requestedMs < intervalMs ? unitMs : intervalMs;
  return Math.min(Math.ceil(requestedMs / stepMs), Math.floor(MAX_INTERVAL_MS / stepMs)) * stepMs;
}
