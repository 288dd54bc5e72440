import { matchesGlob } from '../../../../shared/protocol/globs.ts';
import type { AlertLine, AlertView, Series } from '../../../../shared/protocol/messages.ts';
import { AlertOverlay } from '../../../charts/alert-overlay.ts';
import type { Language } from '../../../locales/languages.ts';
import type { ChartAlerts } from '../../metric-chart/chart-alerts.ts';
import { formatThreshold, joinTexts, summaryWith, textOfAlert } from './alert-texts.ts';

/** An alert as a chart shows it. Times are Unix ms. */
export interface ChartAlert {
  readonly title: string;
  readonly isTrouble: boolean;
  /** When its condition began to hold, and when it fired. */
  readonly sinceMs: number;
  readonly fromMs: number;
  /** `null` while it fires. */
  readonly toMs: number | null;
  /** It was over at once, or is of the whole host: a mark on the time axis of each chart. */
  readonly isEvent: boolean;
  /** The threshold in the unit of the series; `null` if it has none. */
  readonly limit: { readonly value: number; readonly isAbove: boolean } | null;
}

const EVENT = 'event';
const TROUBLE = 'trouble';
/** The words of a chart name the newest ones. */
const MOST_NAMED = 3;

/** What alerts have to say of the chart of a series. */
export function seriesAlerts(
  { name, unit }: Pick<Series, 'name' | 'unit'>,
  alerts: readonly AlertView[],
  lines: readonly AlertLine[],
  language: Language,
): ChartAlerts {
  const own = lines.filter(({ metrics }) => metrics.some((pattern) => matchesGlob(pattern, name)));
  const found = alerts.flatMap((alert) => chartAlert(alert, name, unit, lines) ?? []);
  const between = (fromMs: number, toMs: number): string[] =>
    found
      .filter((alert) => alert.fromMs <= toMs && (alert.toMs ?? Number.POSITIVE_INFINITY) >= fromMs)
      .toSorted((one, other) => one.fromMs - other.fromMs)
      .slice(-MOST_NAMED)
      .map((alert) => textOfAlert(alert, unit, language));
  const textOf = (fromMs: number, toMs: number, spoken: Language): string =>
    joinTexts(between(fromMs, toMs), spoken);
  return {
    overlay: new AlertOverlay({
      limits: own.map(({ title, severity, direction, threshold }) => ({
        value: threshold,
        isAbove: direction !== 'below',
        isTrouble: severity === TROUBLE,
        label: `${title}: ${formatThreshold(threshold, unit, language)}`,
      })),
      stretches: found.filter(({ isEvent }) => !isEvent),
      events: found
        .filter(({ isEvent }) => isEvent)
        .map(({ fromMs, isTrouble }) => ({ atMs: fromMs, isTrouble })),
    }),
    textOf,
    summaryOf: (summary, fromMs, toMs, spoken) => summaryWith(summary, textOf(fromMs, toMs, spoken), spoken),
  };
}

/** `null` if the chart does not show it: it has not fired, or is of another series. */
function chartAlert(
  alert: AlertView,
  name: string,
  unit: string,
  lines: readonly AlertLine[],
): ChartAlert | null {
  const { title, severity, metric, sinceMs, firedMs, endedMs, outcome, threshold } = alert;
  const isEvent = outcome === EVENT || metric === null;
  if (firedMs === null || (metric !== name && !isEvent)) return null;
  const line = lines.find(({ rule }) => rule === alert.rule);
  // A forecast's threshold is a time.
  const hasLimit = !isEvent && threshold !== null && alert.unit === unit && line !== undefined;
  return {
    title,
    isTrouble: severity === TROUBLE,
    sinceMs,
    fromMs: firedMs,
    toMs: isEvent ? firedMs : endedMs,
    isEvent,
    limit: hasLimit ? { value: threshold, isAbove: line.direction !== 'below' } : null,
  };
}
