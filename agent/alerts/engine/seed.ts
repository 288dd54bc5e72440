import { Window } from '../../../shared/estimates/window.ts';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import { HistoryError, type SampleHistory } from '../../store/sample-history.ts';
import type { Past } from './series-watch.ts';

/** A window that has just been opened on a series. */
export interface Seedling {
  readonly descriptor: MetricDescriptor;
  readonly past: Past;
  readonly spanMs: number;
}

/** Now, on the host's wall clock and in the time of its windows. */
export interface Moment {
  readonly timestampMs: number;
  readonly timeMs: number;
}

/** Enough for each sample of 6 minutes; longer windows get means of some seconds. */
const MOST_POINTS = 400;
/** More would hold up the event loop; their windows fill as samples come. */
const MOST_SERIES = 256;

/** Fills windows with what the host's history knows, or its ring where no history is kept. What cannot be read is missing, no more. */
export function seed(host: HostStream, seedlings: readonly Seedling[], now: Moment): void {
  for (const spanMs of new Set(seedlings.map((seedling) => seedling.spanMs))) {
    const some = seedlings.filter((seedling) => seedling.spanMs === spanMs).slice(0, MOST_SERIES);
    const range = { fromMs: now.timestampMs - spanMs, toMs: now.timestampMs };
    if (!isRead(host, some, range, now)) fromRing(host, some, range, now);
  }
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the history, if there is one that can be read. */
function isRead(host: HostStream, seedlings: readonly Seedling[], range: Range, now: Moment): boolean {
  const { history = null } = host;
  if (history === null) return false;
  try {
    fromHistory(history, host.intervalMs, seedlings, range, now);
    return true;
  } catch (error) {
    if (error instanceof HistoryError) return false;
    throw error;
  }
}

function fromHistory(
  history: SampleHistory,
  intervalMs: number,
  seedlings: readonly Seedling[],
  range: Range,
  now: Moment,
): void {
  const metrics = seedlings.map(({ descriptor }) => descriptor.name);
  const plan = history.plan({ ...range, metrics, points: MOST_POINTS });
  const count = plan.isRaw ? 1 : Math.max(1, plan.stepMs / intervalMs);
  for (const slice of history.read(plan)) {
    for (const [series, { past }] of seedlings.entries()) {
      const values = slice[columnOf(past)][series];
      for (const [row, atMs] of slice.timesMs.entries())
        add(past, atMs, values?.[row] ?? Number.NaN, count, now);
    }
  }
}

function fromRing(host: HostStream, seedlings: readonly Seedling[], range: Range, now: Moment): void {
  const { store, intervalMs, unitMs } = host;
  const series = store.metricSet(seedlings.map(({ descriptor }) => descriptor));
  const after = { epoch: store.head.epoch, seq: store.oldest - 1 };
  const stride = intervalMs / unitMs;
  for (const item of store.read({ after, limit: Number.POSITIVE_INFINITY, series, stride })) {
    if (!('values' in item) || item.timestampMs < range.fromMs || item.timestampMs >= range.toMs) continue;
    for (const [index, { past }] of seedlings.entries())
      add(past, item.timestampMs, item.values[index] ?? Number.NaN, 1, now);
  }
}

function add(past: Past, atMs: number, value: number, count: number, now: Moment): void {
  if (!Number.isNaN(value)) past.add(now.timeMs - (now.timestampMs - atMs), value, count);
}

function columnOf(past: Past): 'min' | 'max' | 'mean' {
  if (!(past instanceof Window)) return 'mean';
  return past.kind === 'min' || past.kind === 'max' ? past.kind : 'mean';
}
