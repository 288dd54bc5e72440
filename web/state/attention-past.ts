import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { matchesGlob } from '../../shared/protocol/globs.ts';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { askAlerts, askHistory } from './ask-agent.ts';
import type { ClientAddress } from '../client/shared-clients.ts';
import type { TimedValue } from './attention-watch.ts';
import { THRESHOLDS } from './thresholds.ts';
import type { TimeRange } from './time-range.ts';

/** A stretch without samples. */
export interface PastGap extends TimeRange {
  readonly reason: string;
}

/** The last day of a host. Times are Unix ms on its clock. */
export interface PastDay {
  /** The oldest point of it; `null`: there is none. */
  readonly firstMs: number | null;
  /** `null`: the agent has no alerts. */
  readonly alerts: readonly AlertView[] | null;
  readonly gaps: readonly PastGap[];
  /** By name, what forecasts need. */
  readonly series: ReadonlyMap<string, readonly TimedValue[]>;
}

const DAY_MS = 86_400_000;
/** One each three minutes. */
const POINTS = 480;
const FORECASTS = THRESHOLDS.filter(({ compared }) => compared.kind === 'forecast');

/**
 * Asks for the last day.
 * @param host its id; `undefined`: the agent's own
 * @throws HistoryRefusal, or what `fetch` throws when it is aborted
 */
export async function fetchDay(
  address: ClientAddress,
  host: string | undefined,
  catalogue: readonly MetricDescriptor[],
  nowMs: number,
  signal: AbortSignal,
): Promise<PastDay> {
  const fromMs = nowMs - DAY_MS;
  const names = catalogue
    .map(({ name }) => name)
    .filter((name) => FORECASTS.some(({ metric }) => matchesGlob(metric, name)));
  const metrics = names.length > 0 ? names : catalogue.slice(0, 1).map(({ name }) => name);
  const range = { host, fromMs, toMs: nowMs };
  const [{ header, points }, alerts] = await Promise.all([
    askHistory(address, { ...range, metrics, tables: [], points: POINTS }, signal),
    askAlerts(address, range, signal),
  ]);
  const series = new Map(
    header.series.map(({ name }, index) => {
      const values = points.mean[index] ?? new Float64Array(0);
      const past = Array.from(points.ts, (timeMs, row) => ({ timeMs, value: values[row] ?? Number.NaN }));
      return [name, past.filter(({ value }) => !Number.isNaN(value))];
    }),
  );
  const gaps = header.gaps.map(({ fromTs, toTs, reason }) => ({ fromMs: fromTs, toMs: toTs, reason }));
  return { firstMs: points.ts[0] ?? null, alerts, gaps, series };
}
