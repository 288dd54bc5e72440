import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIES } from './testing/lies.ts';
import { liveThrough, type Passing } from './testing/live-through.ts';
import { StoredHistory } from './testing/stored-history.ts';
import { week, type Week } from './testing/weeks.ts';

const FEW_WEEKS = 5;
const WEEKS = Number(process.env['METRICS_PANEL_WEEKS'] ?? FEW_WEEKS);
/** To repeat a failed run, which prints its seed. Few weeks are always the same, and many are new ones. */
const SEED = process.env['METRICS_PANEL_SEED'] ?? (WEEKS > FEW_WEEKS ? undefined : 20_261_130);
const MS_PER_WEEK = 20_000;

function liesOf(one: Week, passing?: Passing): string[] {
  const history = new StoredHistory();
  try {
    return liveThrough(one, history, passing);
  } finally {
    history.remove();
  }
}

describe('under outages, restarts, clock steps and a full disk', () => {
  it(
    `every point of every tier is right or unknown with the cause, in ${WEEKS} random weeks`,
    { timeout: 60_000 + WEEKS * MS_PER_WEEK },
    () => {
      fc.assert(
        fc.property(week, (one) => {
          expect(liesOf(one)).toEqual([]);
        }),
        {
          numRuns: WEEKS,
          // Finding the smallest week takes long.
          plugins: [fc.interruptAfterTimeLimit(30_000 + WEEKS * MS_PER_WEEK)],
          ...(SEED === undefined ? {} : { seed: Number(SEED) }),
        },
      );
    },
  );
});

describe('the oracle of random weeks', () => {
  const everything: Week = {
    seed: 19,
    intervalMs: 1000,
    startMs: 1_793_494_790_000,
    keepDays: 1,
    steps: [
      ['record', 130],
      ['hurry', 30],
      ['change', 3],
      ['record', 40],
      ['stall', 9000],
      ['record', 20],
      ['ask', 0.1, 0.5, 100, 5],
      ['step', 3_600_000],
      ['record', 25],
      ['step', -3_650_000],
      ['record', 80],
      ['kill', 120_000, 0],
      ['record', 35],
      ['suspend', 1_800_000],
      ['record', 15],
      ['restart', 3000, 0],
      ['record', 61],
    ],
  };

  it('finds nothing where there is no lie', () => {
    expect(liesOf(everything)).toEqual([]);
  });

  it.each(Object.entries(LIES))('finds out that %s', (_name, lie) => {
    expect(liesOf(everything, lie)).not.toEqual([]);
  });
});
