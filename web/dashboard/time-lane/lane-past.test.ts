import { describe, expect, it } from 'vitest';
import { pretendAnswer } from '../../testing/pretend-history.ts';
import { LanePast } from './lane-past.ts';

const BEGIN_MS = 1_796_000_000_000;
const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
const EVER = { fromMs: 0, toMs: BEGIN_MS + HOUR_MS };

function withValues(values: readonly number[]): LanePast {
  const past = new LanePast(STEP_MS);
  for (const [index, value] of values.entries()) past.add(BEGIN_MS + index * STEP_MS, value);
  return past;
}

describe('the past of the lane', () => {
  it('is the highest of the series, and of each step the highest value', () => {
    const past = LanePast.of(
      pretendAnswer(
        { nowMs: BEGIN_MS + HOUR_MS, spikeMs: BEGIN_MS + 45_000, series: ['one', 'other'] },
        { host: 'here', metrics: ['*'], tables: [], fromMs: BEGIN_MS, toMs: BEGIN_MS + HOUR_MS, points: 360 },
      ),
    );
    expect(past.stepMs).toBe(STEP_MS);
    expect(past.means.slice(0, 6)).toEqual([20, 20, 20, 20, 20, 20]);
    expect(past.peaks.slice(0, 6)).toEqual([30, 30, 30, 30, 97, 30]);
    expect(past.highestIn(EVER)).toEqual({ value: 97, timestampMs: BEGIN_MS + 40_000 });
  });

  it('is continued by samples, several to a step', () => {
    const past = withValues([]);
    for (const [index, value] of [2, 4, 6, 1].entries()) past.add(BEGIN_MS + index * 4000, value);
    expect(past.times).toEqual([BEGIN_MS, BEGIN_MS + STEP_MS]);
    expect([past.means, past.peaks]).toEqual([
      [4, 1],
      [6, 1],
    ]);
  });

  it('has a gap where values are missing or not known, named by what explains the most of it', () => {
    const past = withValues([1, 1, Number.NaN, Number.NaN, 1]);
    past.add(BEGIN_MS + 100_000, 1);
    past.addCause(BEGIN_MS + 50_000, BEGIN_MS + 52_000, 'stall');
    past.addCause(BEGIN_MS + 52_000, BEGIN_MS + 100_000, 'suspend');
    expect(past.gaps({ fromMs: BEGIN_MS, toMs: BEGIN_MS + 110_000 })).toEqual([
      { fromMs: BEGIN_MS + 20_000, toMs: BEGIN_MS + 40_000, reason: null },
      { fromMs: BEGIN_MS + 50_000, toMs: BEGIN_MS + 100_000, reason: 'suspend' },
    ]);
    expect(past.gaps({ fromMs: BEGIN_MS, toMs: BEGIN_MS + 200_000 }).at(-1)).toEqual({
      fromMs: BEGIN_MS + 110_000,
      toMs: BEGIN_MS + 200_000,
      reason: null,
    });
  });

  it('begins with the first value that is known, and forgets what is before the lane', () => {
    const past = withValues([Number.NaN, 5, 5, 5]);
    expect(past.beginMs).toBe(BEGIN_MS + STEP_MS);
    past.forget(BEGIN_MS + 25_000);
    expect(past.times[0]).toBe(BEGIN_MS + 20_000);
  });

  it('forgets its future when the host’s clock was set back', () => {
    const past = withValues([1, 2, 3, 4]);
    past.add(BEGIN_MS + STEP_MS, 9);
    expect([past.times.length, past.peaks]).toEqual([2, [1, 9]]);
  });
});
