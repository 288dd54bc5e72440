import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { decodeRows } from '../../shared/protocol/codec.ts';
import {
  CLIENT_LIMITS,
  type History,
  type HistoryRequest,
  type Series,
} from '../../shared/protocol/messages.ts';
import { seriesOf } from '../store/metric-set.ts';
import {
  HistoryError,
  type HistoryPlan,
  type HistorySlice,
  type SampleHistory,
} from '../store/sample-history.ts';
import { requireMetrics } from './metric-selection.ts';
import {
  historyFailed,
  historyElsewhere,
  historyOff,
  historyOpening,
  RequestError,
  unknownHost,
  unknownTable,
} from './request-error.ts';
import type { ScopedHost, ScopeView } from './scope-view.ts';

/** Series times points of one request: every metric that it can name without globs, as finely as it can ask. */
export const MAX_VALUES = CLIENT_LIMITS.metrics * CLIENT_LIMITS.historyPoints;
/** Of more gaps, those too short to leave out a point are omitted. */
const MAX_GAPS = 1000;

/** A request for the past with everything but its points, which `slices` reads piece by piece. */
export interface HistoryAnswer {
  readonly host: ScopedHost;
  readonly series: readonly Series[];
  readonly plan: HistoryPlan;
  readonly gaps: NonNullable<History['gaps']>;
  readonly tables: NonNullable<History['tables']>;
  /** Each step takes about a millisecond. @throws RequestError `history_failed` */
  slices(): Iterable<HistorySlice>;
}

/**
 * Resolves a request for the past, in steps of a millisecond or a few. What the view does not show is answered as if it did not exist.
 * @throws RequestError `unknown_host`, `unknown_metric`, `unknown_table`, `history_off`, `history_opening`, `history_failed`, `too_many_values`
 */
export function* answerHistory(
  view: ScopeView,
  request: HistoryRequest,
): Generator<undefined, HistoryAnswer> {
  const host = view.host(request.host);
  if (host === undefined) throw unknownHost();
  const { history, isRemote } = host.broadcast.stream;
  if (history === undefined) throw isRemote ? historyElsewhere() : historyOff();
  if (history === null) throw historyOpening();
  try {
    return yield* answerFrom(history, host, request);
  } catch (error) {
    throw toRequestError(error);
  }
}

function* answerFrom(
  history: SampleHistory,
  host: ScopedHost,
  request: HistoryRequest,
): Generator<undefined, HistoryAnswer> {
  const metrics = new Set<MetricDescriptor>();
  const known = host.keptCatalogue(history);
  for (const pattern of request.metrics) {
    for (const metric of requireMetrics([pattern], known)) metrics.add(metric);
    requireFit(metrics.size, request.points);
    yield;
  }
  const { from: fromMs, to: toMs, points } = request;
  const range = { fromMs, toMs };
  const descriptors = [...metrics];
  const tables = [];
  for (const name of new Set(request.tables)) {
    const descriptor = host.keptTables(history).find((table) => table.name === name);
    if (descriptor === undefined) throw unknownTable(name);
    const kept = history.table(name, range);
    if (kept !== undefined) {
      tables.push({ ...descriptor, ts: kept.timestampMs, rows: decodeRows(kept.rows) });
    }
    yield;
  }
  const plan = history.plan({ ...range, points, metrics: descriptors.map(({ name }) => name) });
  yield;
  const gaps = history.gaps(range, { most: MAX_GAPS, elseMs: plan.stepMs });
  yield;
  return {
    host,
    series: seriesOf(descriptors),
    plan,
    gaps: gaps.map((gap) => ({ fromTs: gap.fromMs, toTs: gap.toMs, reason: gap.reason })),
    tables,
    slices: () => slicesOf(history, plan),
  };
}

function* slicesOf(history: SampleHistory, plan: HistoryPlan): Generator<HistorySlice, void> {
  // Without metrics there are only tables.
  if (plan.metrics.length === 0) return;
  try {
    yield* history.read(plan);
  } catch (error) {
    throw toRequestError(error);
  }
}

function requireFit(series: number, points: number): void {
  if (series * points <= MAX_VALUES) return;
  const count = (value: number): string => value.toLocaleString('en-US');
  throw new RequestError(
    'too_many_values',
    `Too many values: ${count(series)} series or more of ${count(points)} points are more than ${count(MAX_VALUES)}; ask for fewer metrics or points`,
  );
}

function toRequestError(error: unknown): unknown {
  return error instanceof HistoryError ? historyFailed() : error;
}
