import type { TimeRange } from '../../state/time-range.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * A range in the reader's time zone, as finely as its length asks for: `26 Nov, 14:20 – 15:05`, to the second under ten minutes, in days from three on.
 * The year is there unless it is the present one; the zone where the clock is set in between, as two times may look the same.
 * @param locale BCP 47
 */
export function rangeText({ fromMs, toMs }: TimeRange, locale: string, nowMs = Date.now()): string {
  const lengthMs = toMs - fromMs;
  const years = [fromMs, toMs, nowMs].map((timestampMs) => new Date(timestampMs).getFullYear());
  const isDays = lengthMs >= 3 * DAY_MS;
  const isClockSet = new Date(fromMs).getTimezoneOffset() !== new Date(toMs).getTimezoneOffset();
  const format = new Intl.DateTimeFormat(locale, {
    ...(new Set(years).size > 1 ? { year: 'numeric' } : {}),
    day: 'numeric',
    month: 'short',
    ...(isDays ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    ...(isClockSet && !isDays ? { timeZoneName: 'short' } : {}),
    ...(lengthMs < 10 * MINUTE_MS ? { second: '2-digit' } : {}),
  });
  // Of a range, `Intl` names the zone of one end at most.
  return isClockSet && !isDays
    ? `${format.format(fromMs)} – ${format.format(toMs)}`
    : format.formatRange(fromMs, toMs);
}
