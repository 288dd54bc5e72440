import type { TimeWindow } from '../../shared/time-window.ts';

/**
 * Time of the sample nearest to `timestampMs` among those from `fromMs` on; `null` where there is none.
 * `steps` goes that many samples further, to the newer ones when positive, and stops at the ends.
 */
export function nearestSample(
  window: TimeWindow,
  fromMs: number,
  timestampMs: number,
  steps = 0,
): number | null {
  const times = Array.from({ length: window.length }, (_, row) => window.timestampAt(row)).filter(
    (time) => time >= fromMs,
  );
  const distances = times.map((time) => Math.abs(time - timestampMs));
  const nearest = distances.indexOf(Math.min(...distances));
  return times[Math.min(times.length - 1, Math.max(0, nearest + steps))] ?? null;
}
