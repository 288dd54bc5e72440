import fc from 'fast-check';

/** What happens to a host, its agent and its disk. Printed when a week fails. */
export type WeekStep =
  /** Samples at the agent's own interval. */
  | readonly ['record', count: number]
  /** Samples at the grid unit, as for a viewer at 10 Hz. */
  | readonly ['hurry', count: number]
  | readonly ['stall' | 'suspend', ms: number]
  /** A sample or two are skipped, and nobody tells. */
  | readonly ['skip', count: number]
  | readonly ['step', ms: number]
  | readonly ['change', seed: number]
  /** The agent ends and starts again after some time, in which the clock may be set. */
  | readonly ['restart' | 'kill', awayMs: number, stepMs: number]
  /** The disk becomes full after so many writes (-1: for all that needs more room), and has room again. */
  | readonly ['fill', writes: number]
  | readonly ['free']
  /** The maintenance comes. */
  | readonly ['retain']
  /** A query: its begin and its end as shares of what there is, points, and which metrics. */
  | readonly ['ask', from: number, length: number, points: number, seed: number];

/**
 * A week on the host's clock. It is not sampled second by second: samples come in stretches of minutes around what happens, and hours or days pass
 * between them, asleep, away or by the clock. With an interval of a minute it is sampled throughout.
 */
export interface Week {
  readonly seed: number;
  readonly intervalMs: number;
  readonly startMs: number;
  /** Days of samples at one second that are kept: more than the hour after which minutes and quarter hours are written. */
  readonly keepDays: number;
  readonly steps: readonly WeekStep[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Seconds, daylight saving time, hours, a year; back and forth. */
const clockStep = fc.oneof(
  between(3000, 120_000),
  fc.constantFrom(HOUR_MS, 2 * HOUR_MS, 7 * HOUR_MS + 13_337, DAY_MS, YEAR_MS),
  fc.constantFrom(HOUR_MS, 2 * HOUR_MS, 7 * HOUR_MS + 13_337, DAY_MS, YEAR_MS).map((ms) => -ms),
  between(-20 * 60_000, -3000),
);
const away = fc.oneof(between(200, 20_000), between(20_000, 2 * HOUR_MS), between(HOUR_MS, 40 * HOUR_MS));

function stepsAt(intervalMs: number): fc.Arbitrary<WeekStep> {
  const isFast = intervalMs <= 1000;
  const stretch = isFast ? 600 : intervalMs === 60_000 ? 900 : 500;
  return fc.oneof(
    { weight: 10, arbitrary: fc.tuple(fc.constant('record' as const), between(1, stretch)) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('record' as const), between(1, 12)) },
    {
      weight: intervalMs <= 5000 ? 3 : 0,
      arbitrary: fc.tuple(fc.constant('hurry' as const), between(1, 150)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant('stall' as const),
        between(4 * intervalMs, 20 * 60_000 + 4 * intervalMs),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constant('suspend' as const), between(4 * intervalMs, 20 * HOUR_MS)),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('skip' as const), between(1, 2)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('step' as const), clockStep) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('change' as const), between(1, 1e6)) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constantFrom('restart' as const, 'kill' as const, 'kill' as const),
        away,
        fc.oneof(fc.constant(0), clockStep),
      ),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('fill' as const), between(-1, 12)) },
    { weight: 2, arbitrary: fc.constant(['free'] as const) },
    { weight: 1, arbitrary: fc.constant(['retain'] as const) },
    {
      weight: 6,
      arbitrary: fc.tuple(
        fc.constant('ask' as const),
        share,
        share.map((one) => one ** 3),
        between(2, 3000),
        between(1, 1e6),
      ),
    },
  );
}

/** In the middle of a quarter hour, an hour, a day, or at their end. */
const startMs = fc.oneof(
  fc.constantFrom(1_774_747_800_000, 1_793_494_790_000, 1_798_761_590_000),
  between(1_700_000_000_000, 1_800_000_000_000),
);

export const week: fc.Arbitrary<Week> = fc
  .constantFrom(1000, 1000, 1000, 5000, 60_000, 200)
  .chain((intervalMs) =>
    fc.record({
      seed: between(1, 1e9),
      intervalMs: fc.constant(intervalMs),
      startMs,
      keepDays: fc.constantFrom(0.03, 0.06, 0.1, 1),
      steps: fc.array(stepsAt(intervalMs), { minLength: 8, maxLength: 40, size: 'max' }),
    }),
  );
