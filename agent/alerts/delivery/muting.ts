import { matchesGlob } from '../../../shared/protocol/globs.ts';
import { silencedUntil } from '../silences.ts';
import type { MaintenanceWindow } from '../alert-settings.ts';
import type { Silence } from '../alert-store.ts';
import type { Subject } from '../alert.ts';

/** What keeps messages back for a while. */
export interface Muting {
  readonly silences: readonly Silence[];
  readonly maintenance: readonly MaintenanceWindow[];
}

/**
 * Whether nothing may be told of a subject at a wall-clock time. A silence counts until its end, even if the clock was set back to before its begin.
 */
export function isMuted(subject: Subject, { silences, maintenance }: Muting, atMs: number): boolean {
  return (
    silencedUntil(silences, subject, atMs) !== null ||
    maintenance.some(
      (window) =>
        isWithin(window, atMs) &&
        matchesAny(window.rules, subject.rule) &&
        matchesAny(window.hosts, subject.host),
    )
  );
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}

/**
 * By what clocks on the wall show here: a window from 2 to 4 lasts an hour where clocks go from 2 to 3 that night, and three where they go back. One
 * that ends at or before its begin goes over midnight, and its days are those on which it begins.
 */
function isWithin({ days, fromMinute, toMinute }: MaintenanceWindow, atMs: number): boolean {
  const time = new Date(atMs);
  const today = time.getDay();
  const minute = time.getHours() * 60 + time.getMinutes();
  if (fromMinute < toMinute) return days.includes(today) && fromMinute <= minute && minute < toMinute;
  const yesterday = (today + 6) % 7;
  return (days.includes(today) && minute >= fromMinute) || (days.includes(yesterday) && minute < toMinute);
}
