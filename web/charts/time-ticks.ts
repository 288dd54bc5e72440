/** Round times on an axis, and their distance in ms; of months and years about. */
export interface TimeTicks {
  readonly times: readonly number[];
  readonly stepMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
/** Day 0 of the Unix epoch was a Thursday: weeks begin on Mondays. */
const MONDAY = 3;

interface Step {
  readonly stepMs: number;
  ticks(fromMs: number, toMs: number): number[];
}

/** Shorter than an hour: multiples on the reader's clock, whose offset may be a quarter of an hour. */
function clockStep(stepMs: number): Step {
  return {
    stepMs,
    ticks: (fromMs, toMs) => {
      const offsetMs = new Date(fromMs).getTimezoneOffset() * MINUTE_MS;
      const ticks: number[] = [];
      for (
        let tick = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs;
        tick <= toMs;
        tick += stepMs
      )
        ticks.push(tick);
      return ticks;
    },
  };
}

/** Of the reader's calendar, on whose days the clock may be set. */
function calendarStep({ months = 0, days = 0, hours = 0 }): Step {
  return {
    stepMs: months * MONTH_MS + days * DAY_MS + hours * HOUR_MS,
    ticks: (fromMs, toMs) => {
      const from = new Date(fromMs);
      const year = from.getFullYear();
      let month = from.getMonth();
      let day = from.getDate();
      if (months > 0) {
        month -= (year * 12 + month) % months;
        day = 1;
      } else if (days > 0) {
        day -= (Date.UTC(year, month, day) / DAY_MS + MONDAY) % days;
      }
      const ticks: number[] = [];
      for (let index = 0; ; index += 1) {
        const tick = new Date(year, month + index * months, day + index * days, index * hours).getTime();
        if (!(tick <= toMs)) return ticks;
        // An hour that the clock skips is the same as the next.
        if (tick >= fromMs && tick !== ticks.at(-1)) ticks.push(tick);
      }
    },
  };
}

const STEPS: readonly Step[] = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => clockStep(seconds * 1000)),
  ...[1, 2, 3, 6, 12].map((hours) => calendarStep({ hours })),
  ...[1, 2, 7].map((days) => calendarStep({ days })),
  ...[1, 3, 12, 24, 60, 120].map((months) => calendarStep({ months })),
];

/**
 * Round times in the range: as many as possible but no more than about `most`; two at least unless `most` is 1, and one in any case, where a second
 * fits.
 */
export function timeTicks(fromMs: number, toMs: number, most: number): TimeTicks {
  const shortestMs = (toMs - fromMs) / most;
  const fitting = STEPS.findIndex(({ stepMs }) => stepMs >= shortestMs);
  const steps = fitting < 0 ? STEPS : STEPS.slice(0, fitting + 1);
  let fewest: TimeTicks = { times: [], stepMs: 0 };
  for (const { stepMs, ticks } of steps.toReversed()) {
    // Of a finer step, not all have room.
    const every = Math.ceil(shortestMs / stepMs);
    const times = ticks(fromMs, toMs).filter((_, index, all) => (all.length - 1 - index) % every === 0);
    if (times.length >= Math.min(2, most)) return { times, stepMs };
    if (fewest.times.length === 0) fewest = { times, stepMs };
  }
  return fewest;
}
