import { matchesGlob } from '../../shared/protocol/globs.ts';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { isFiring, isTold, isTrouble } from './alerts.ts';
import type { Level } from './attention.ts';
import { KILL_COUNTS, KILL_TOLD_MS, type Finding } from './attention-watch.ts';
import { THRESHOLDS, type Threshold, type ThresholdKind } from './thresholds.ts';

/** One thing that needs attention, in facts. Times are Unix ms on the host's clock. */
export interface Matter {
  /** What it is about: two that are told of the same become one. */
  readonly topic: string;
  /** The row of the table of thresholds, `oom-kill`, or the rule of an alert. */
  readonly kind: string;
  readonly level: Level;
  /** Name of the series; `null`: the host itself. */
  readonly metric: string | null;
  readonly sinceMs: number;
  /** Whether it was seen to begin; else it is so for longer. */
  readonly isBeginSeen: boolean;
  /** When an event, or an alert of the past, was over; `null`: it goes on. */
  readonly endedMs: number | null;
  readonly isMuted: boolean;
  /** Since when no value is known; `null` while one is. */
  readonly unknownSinceMs: number | null;
  /** As compared, last known; `null`: nothing that can be told in a number. */
  readonly reading: number | null;
  /** The line that is crossed, in the unit of the reading. */
  readonly line: number | null;
  /** The alert that tells it; `null`: the page's own judgement. */
  readonly alert: AlertView | null;
}

const TABLE: readonly Threshold[] = THRESHOLDS;
const EVENT = 'event';
const MS_PER_S = 1000;
const FORECAST: ThresholdKind = 'filesystem-soon-full';
const KILL = 'oom-kill';

/** How urgent a kind is among those of the same level. */
const ORDER = [KILL, ...TABLE.map(({ kind }) => kind)];

/**
 * What needs attention now: the page's own findings and the alerts that fire, each topic once, the worst first, and last what somebody acknowledged or silenced or what
 * is not known any more. An alert wins over a finding that is not worse. An event counts for 15 minutes.
 */
export function mattersNow(
  findings: readonly Finding[],
  alerts: readonly AlertView[],
  nowMs: number,
): readonly Matter[] {
  const told = alerts.filter(
    (alert) => isFiring(alert) || (alert.outcome === EVENT && nowMs - firedMs(alert) <= KILL_TOLD_MS),
  );
  return byTopic([...told.map(matterOfAlert), ...findings.map(matterOfFinding)]);
}

/** What needed attention in a stretch of the past, as far as alerts tell. */
export function mattersOf(
  alerts: readonly AlertView[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Matter[] {
  return byTopic(
    alerts
      .filter((alert) => alert.firedMs !== null && alert.firedMs <= toMs && (alert.endedMs ?? toMs) >= fromMs)
      .map(matterOfAlert),
  );
}

function byTopic(matters: readonly Matter[]): readonly Matter[] {
  const found = new Map<string, Matter>();
  for (const matter of matters) {
    const known = found.get(matter.topic);
    found.set(matter.topic, known === undefined ? matter : joined(known, matter));
  }
  return [...found.values()].toSorted(byUrgency);
}

/** Which of two that are about the same is told. */
function joined(one: Matter, other: Matter): Matter {
  if ((one.alert === null) === (other.alert === null)) return byUrgency(one, other) <= 0 ? one : other;
  const [alert, own] = one.alert === null ? [other, one] : [one, other];
  if (own.level === 'trouble' && alert.level !== 'trouble') return own;
  // The page's own reading is newer, and may say more: that a disk is full in an hour, beside that it is almost full.
  if (own.kind === alert.kind) return { ...alert, reading: own.reading };
  if (own.level !== alert.level || rankOf(own) > rankOf(alert)) return alert;
  const { kind, metric, reading, line } = own;
  return { ...alert, kind, metric, reading, line };
}

function byUrgency(one: Matter, other: Matter): number {
  return (
    Number(isQuiet(one)) - Number(isQuiet(other)) ||
    Number(one.level !== 'trouble') - Number(other.level !== 'trouble') ||
    rankOf(one) - rankOf(other) ||
    other.sinceMs - one.sinceMs
  );
}

function isQuiet({ isMuted, unknownSinceMs }: Matter): boolean {
  return isMuted || unknownSinceMs !== null;
}

function rankOf({ kind }: Matter): number {
  const index = ORDER.indexOf(kind);
  return index < 0 ? ORDER.length : index;
}

function matterOfFinding(finding: Finding): Matter {
  const { kind, level, metric, sinceMs, isBeginSeen, reading, line, unknownSinceMs } = finding;
  return {
    topic: topicOf(kind, metric),
    kind,
    level,
    metric,
    sinceMs,
    isBeginSeen,
    endedMs: kind === KILL ? sinceMs : null,
    isMuted: false,
    unknownSinceMs,
    reading,
    line: line?.at ?? null,
    alert: null,
  };
}

function matterOfAlert(alert: AlertView): Matter {
  const { metric, endedMs, value, threshold, noDataSinceMs, unit } = alert;
  const kind = kindOf(alert);
  // A forecast is told in seconds.
  const scale = kind === FORECAST && unit === 's' ? MS_PER_S : 1;
  return {
    topic: topicOf(kind, metric),
    kind,
    level: isTrouble(alert) ? 'trouble' : 'warning',
    metric,
    sinceMs: alert.outcome === EVENT ? firedMs(alert) : alert.sinceMs,
    isBeginSeen: true,
    endedMs,
    isMuted: !isTold(alert),
    unknownSinceMs: noDataSinceMs,
    reading: value === null ? null : value * scale,
    line: threshold === null ? null : threshold * scale,
    alert,
  };
}

/** The row of the table, unless the operator has made something else of its rule. */
function kindOf({ rule, metric, unit }: AlertView): string {
  const row = TABLE.find(({ alert }) => alert === rule);
  if (row === undefined || metric === null) return rule;
  const isForecast = row.compared.kind === 'forecast';
  return matchesGlob(row.metric, metric) && isForecast === (unit === 's') ? row.kind : rule;
}

function firedMs(alert: AlertView): number {
  return alert.firedMs ?? alert.sinceMs;
}

function topicOf(kind: string, metric: string | null): string {
  if (metric === null) return kind;
  if (KILL_COUNTS.includes(metric)) return KILL;
  const [, resource] = /^(pressure\.[^.]+)\./.exec(metric) ?? [];
  return resource ?? (metric.startsWith('load') ? 'load' : metric);
}
