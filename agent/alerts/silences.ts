import { matchesGlob } from '../../shared/protocol/catalogue.ts';
import type { Subject } from './alert.ts';
import type { Silence } from './alert-store.ts';

/** Whether a silence is about a subject. What a rule watches of the host itself has no series, and only `*` is about it. */
function isAbout({ rule, host, metric }: Silence, subject: Subject): boolean {
  return (
    matchesGlob(rule, subject.rule) &&
    matchesGlob(host, subject.host) &&
    (subject.metric === null ? metric === '*' : matchesGlob(metric, subject.metric))
  );
}

/** Until when a subject is silenced, Unix ms; `null` if it is not. */
export function silencedUntil(silences: Iterable<Silence>, subject: Subject, nowMs: number): number | null {
  let untilMs: number | null = null;
  for (const silence of silences) {
    if (silence.untilMs <= nowMs || !isAbout(silence, subject)) continue;
    untilMs = Math.max(untilMs ?? 0, silence.untilMs);
  }
  return untilMs;
}
