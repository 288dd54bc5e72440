import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, HostStatus, HostSummary, Position } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { RawReading } from '../sampling/raw-values.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import type { SampleStore, SequencedSample } from '../store/sample-store.ts';

/** A test of metrics, those to come included. */
export interface FollowedMetrics {
  /** Equal for equal tests. */
  readonly key: string;
  includes(metric: string): boolean;
}

/** What a follower needs of a host. */
export interface Wish {
  /** Grid units between samples. */
  readonly stride: number;
  /** Of which metrics, default: all. The others may be read less often, and repeat their values in between. */
  readonly metrics?: FollowedMetrics | undefined;
  /** Whether it takes each sample that is taken, however many others ask for, and has to find all metrics read in each. */
  readonly every?: boolean | undefined;
  /** Everything after this sample. */
  readonly since?: Position | undefined;
  /** How many past samples at this stride; no effect beside `since`. */
  readonly backfill: number;
  /** Whether tables are wanted. */
  readonly tables: boolean;
}

/** A wish while it lasts. */
export interface Following {
  /** Whether the store has what was wished for, or will not get it. */
  readonly isReady: boolean;
  /** Whether the store has been filled; false where a host has not answered so far. */
  readonly isFilled: boolean;
  /** Withdraws the wish. */
  end(): void;
}

/** One host whose samples can be followed, here or on another machine. */
export interface HostStream {
  readonly host: Host;
  /** Whether another agent samples it: then nothing is known of it but its summary while nobody follows it. */
  readonly isRemote: boolean;
  readonly status: HostStatus;
  /** How it is, and what it measured last. */
  readonly summary: HostSummary;
  /** Its alerts, if another agent evaluates them. */
  readonly alerts?: AlertBoard | undefined;
  /** Whether `catalogue` and `tables` are known. */
  readonly isDescribed: boolean;
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
  /** Demands samples. */
  follow(wish: Wish): Following;
  /** Calls `listener` after a sample has entered the store: with each once, in order, also where a copy is filled. Returns the undo. */
  onSample(listener: (sample: SequencedSample) => void): () => void;
  /** Calls `listener` when something else has changed: a wish is fulfilled, or `status`, `summary` or `alerts` are other ones. Returns the undo. */
  onNews(listener: () => void): () => void;
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
