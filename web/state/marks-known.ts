import type { AlertView } from '../../shared/protocol/messages.ts';
import { isTrouble } from './alerts.ts';
import type { Matter } from './attention-matters.ts';
import type { PastGap } from './attention-past.ts';
import type { Fired, KnownMarks, Mark } from './marks.ts';

/** Labels in the reader's language. */
export interface MarkWords {
  /** `Disk almost full: / used`. */
  alert(alert: AlertView): string;
  /** Of what the page itself judges: `Memory pressure is at 25 %`. */
  own(matter: Matter): string;
  /** Of the reason of a gap: `Agent restarted`. */
  gap(reason: string): string;
}

interface MarkSources {
  readonly alerts: readonly AlertView[];
  /** What crosses a line without an alert. */
  readonly own: readonly Matter[];
  readonly gaps: readonly PastGap[];
}

/** Reasons of gaps that tell something of the host, not of the viewer. */
const EVENTS: readonly string[] = ['agent_restart', 'suspend', 'host_down', 'clock_step'];
const EVENT = 'event';
const REBOOT = 'reboot';
/** A host that was restarted restarts its agent too. */
const SAME_RESTART_MS = 300_000;

/** What charts and the lane of time mark. */
export function knownMarks({ alerts, own, gaps }: MarkSources, words: MarkWords): KnownMarks {
  const marks: Mark[] = [];
  const fired: Fired[] = [];
  for (const alert of alerts) {
    const { metric, firedMs, endedMs, outcome, rule } = alert;
    if (firedMs === null) continue;
    const severity = isTrouble(alert) ? 'trouble' : 'warning';
    const label = words.alert(alert);
    marks.push({ timestampMs: firedMs, level: rule === REBOOT ? 'event' : severity, label, metric });
    if (outcome !== EVENT) fired.push({ fromMs: firedMs, toMs: endedMs, level: severity, metric, label });
  }
  for (const matter of own) {
    const { level, metric, sinceMs, endedMs, isBeginSeen } = matter;
    const label = words.own(matter);
    if (isBeginSeen) marks.push({ timestampMs: sinceMs, level, label, metric });
    if (endedMs === null) fired.push({ fromMs: sinceMs, toMs: null, level, metric, label });
  }
  const restartsMs = alerts.flatMap(({ rule, firedMs }) =>
    rule === REBOOT && firedMs !== null ? firedMs : [],
  );
  for (const { toMs, reason } of gaps) {
    const isTold = restartsMs.some((timeMs) => Math.abs(timeMs - toMs) < SAME_RESTART_MS);
    if (!EVENTS.includes(reason) || isTold) continue;
    marks.push({ timestampMs: toMs, level: 'event', label: words.gap(reason), metric: null });
  }
  return {
    marks: marks.toSorted((one, other) => one.timestampMs - other.timestampMs),
    fired: fired.toSorted((one, other) => one.fromMs - other.fromMs),
  };
}
