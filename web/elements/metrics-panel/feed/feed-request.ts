import { CLIENT_LIMITS } from '../../../../shared/protocol/constants.ts';
import { matchesGlob } from '../../../../shared/protocol/globs.ts';

/** What a panel subscribes to. */
export interface FeedWishes {
  /** Name of one of the agent's hosts; undefined: the agent's own. */
  readonly host: string | undefined;
  /** Names and globs. */
  readonly metrics: readonly string[];
  /** Names of tables; those the agent does not have are omitted. */
  readonly tables: readonly string[];
  readonly points: number;
  /** undefined: the agent's own. */
  readonly intervalMs: number | undefined;
  /** Whether to follow the host's alerts too. */
  readonly alerts: boolean;
}

export interface FeedRequest extends FeedWishes {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  readonly token: string | undefined;
}

/** The properties of `<metrics-panel>` that select what to follow, as the page set them. */
export interface FeedSettings {
  readonly host: string | null;
  readonly tables: string | null;
  readonly interval: number | null;
  readonly points: number;
  readonly window: string | null;
  readonly alerts?: boolean;
}

export const DEFAULT_METRICS = 'cpu,memory';
export const DEFAULT_POINTS = 20;
const MAX_POINTS = 10_000;
const USUAL_INTERVAL_MS = 1000;
const UNITS_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};
/** Live samples hold windows up to this one. */
export const LIVE_WINDOW_MS = 15 * 60_000;
/** Longer than any agent accepts, yet still valid on the wire. */
const MAX_INTERVAL_MS = 1e9;

/** How long a window such as `24h` is, in ms; 0 without one, NaN if it is none. */
export function windowMsOf(window: string | null): number {
  if (!window) return 0;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([mhdy])$/.exec(window.trim()) ?? [];
  return Number(count) * (UNITS_MS[unit] ?? 0) || Number.NaN;
}

/**
 * Turns settings into a valid request to any agent.
 * @param charts the names and globs of each
 * @param announcedMs the interval that the agent announced
 */
export function wishesOf(
  { host, tables, interval, points: wanted, window, alerts = false }: FeedSettings,
  charts: readonly (readonly string[])[],
  announcedMs?: number,
): FeedWishes {
  const intervalMs =
    interval !== null && interval > 0 ? Math.ceil(Math.min(interval, MAX_INTERVAL_MS)) : undefined;
  const windowMs = windowMsOf(window);
  const points =
    windowMs > 0 && windowMs <= LIVE_WINDOW_MS
      ? Math.round(windowMs / (announcedMs ?? intervalMs ?? USUAL_INTERVAL_MS))
      : wanted;
  return {
    host: host === null ? undefined : fitName(host),
    intervalMs,
    alerts,
    metrics: [...new Set(charts.flatMap(followedOf))],
    tables: namesIn(tables ?? ''),
    points: Math.min(MAX_POINTS, Math.max(2, Math.trunc(points) || DEFAULT_POINTS)),
  };
}

/** The names and globs that match none of `series`. */
export function missingFrom(
  series: readonly { readonly name: string }[],
  names: readonly string[],
): string[] {
  return names.filter((pattern) => !series.some(({ name }) => matchesGlob(pattern, name)));
}

/** Of a list that is separated by commas. */
export function namesIn(list: string, separator = ','): string[] {
  return list
    .split(separator)
    .map(fitName)
    .filter((name) => name !== '');
}

/**
 * The names and globs of each chart of `metrics`: those of `cpu.user+cpu.system` share one.
 * @param isMetric whether the agent has a metric of this name, for names that have a `+` themselves
 */
export function chartNamesIn(
  metrics: string | null,
  isMetric: (name: string) => boolean = () => false,
): string[][] {
  return (metrics ?? DEFAULT_METRICS)
    .split(',')
    .map((chart) => (isMetric(fitName(chart)) ? [fitName(chart)] : namesIn(chart, '+')));
}

/** What to follow for a chart. A glob is no series of one: it is followed only where there is nothing else. */
function followedOf(names: readonly string[]): readonly string[] {
  const metrics = names.filter((name) => !name.includes('*'));
  return names.length > 1 && metrics.length > 0 ? metrics : names;
}

/** Removes characters the agent does not accept in a name: one bad name would refuse the requests of all panels in that message. */
function fitName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '').trim().slice(0, CLIENT_LIMITS.stringLength);
}
