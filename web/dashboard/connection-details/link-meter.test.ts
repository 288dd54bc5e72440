import { describe, expect, it } from 'vitest';
import { LinkMeter } from './link-meter.ts';

/** A meter that got samples of a clock `offsetMs` ahead, each delayed by one of `delaysMs`. */
async function sampledMeter(
  offsetMs: number,
  delaysMs: readonly number[],
): Promise<{ meter: LinkMeter; nowMs: number }> {
  const time = { nowMs: 0 };
  const meter = new LinkMeter(() => time.nowMs);
  for (const [second, delayMs] of delaysMs.entries()) {
    time.nowMs = second * 1000 + delayMs;
    meter.sampled(second * 1000 + offsetMs);
    await Promise.resolve();
  }
  return { meter, nowMs: time.nowMs };
}

/** A meter that pings each second. */
function pingedMeter(): { meter: LinkMeter; answer: (roundTripMs: number) => void } {
  let pingedMs = 0;
  let nowMs = 0;
  const meter = new LinkMeter(() => nowMs);
  return {
    meter,
    answer: (roundTripMs) => {
      nowMs = pingedMs + roundTripMs;
      meter.answered(roundTripMs);
      pingedMs = Math.max(nowMs, pingedMs + 1000);
    },
  };
}

describe('LinkMeter', () => {
  it('knows nothing at first', () => {
    const { roundTripMs, offsetMs, ageMs } = new LinkMeter(() => 0);
    expect([roundTripMs, offsetMs, ageMs]).toEqual([null, null, null]);
  });

  it('takes the median of the newest round trips', () => {
    const { meter, answer } = pingedMeter();
    for (const roundTripMs of [10, 30, 20, 40]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(25);
    for (let more = 0; more < 7; more += 1) answer(50);
    expect(meter.roundTripMs).toBe(50);
  });

  it('ignores round trips that were answered together after the agent stalled', async () => {
    const time = { nowMs: 0 };
    const meter = new LinkMeter(() => time.nowMs);
    meter.sampled(0);
    await Promise.resolve();
    time.nowMs = 4442;
    for (const roundTripMs of [4442, 3442, 2442, 1442, 442]) meter.answered(roundTripMs);
    expect([meter.roundTripMs, meter.offsetMs]).toEqual([null, 0]);
    time.nowMs = 5010;
    meter.answered(10);
    expect([meter.roundTripMs, meter.offsetMs]).toEqual([10, 5]);
  });

  it('ignores a round trip far beyond the others, as after the page stalled, and needs two to compare', () => {
    const { meter, answer } = pingedMeter();
    answer(2000);
    expect(meter.roundTripMs).toBeNull();
    for (const roundTripMs of [10, 9000, 8000, 9000]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(10);
  });

  it('measures a slow link', () => {
    const { meter, answer } = pingedMeter();
    for (const roundTripMs of [1700, 1500, 1600]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(1600);
  });

  it.each([7_200_000, -3000, 0])(
    'finds a clock that is %d ms ahead, corrected by the delay of the link',
    async (offsetMs) => {
      const { meter } = await sampledMeter(offsetMs, [40, 40, 40]);
      for (let more = 0; more < 2; more += 1) meter.answered(80);
      expect(meter.offsetMs).toBe(offsetMs);
      expect(meter.ageMs).toBe(40);
    },
  );

  it('is not misled by single late samples', async () => {
    const { meter } = await sampledMeter(0, [0, 0, 3000, 0, 2000, 0, 0]);
    expect(meter.offsetMs).toBe(0);
  });

  it('is not misled by the burst of samples after the page stalled', async () => {
    const { meter } = await sampledMeter(0, [0, 5000, 4000, 3000, 2000, 1000, 0]);
    expect(meter.offsetMs).toBe(0);
  });

  it('does not take the clock from samples that arrive together, such as backfill', async () => {
    const meter = new LinkMeter(() => 100_000);
    for (let second = 0; second < 20; second += 1) meter.sampled(second * 1000);
    await Promise.resolve();
    expect(meter.offsetMs).toBeNull();
    meter.sampled(100_000);
    await Promise.resolve();
    expect(meter.offsetMs).toBe(0);
  });

  it('forgets the previous link but not the age of the newest sample', async () => {
    const time = { nowMs: 0 };
    const meter = new LinkMeter(() => time.nowMs);
    for (const second of [0, 1, 2]) {
      time.nowMs = second * 1000;
      meter.sampled(time.nowMs + 5000);
      await Promise.resolve();
    }
    meter.answered(7);
    meter.reset();
    time.nowMs += 40_000;
    expect([meter.roundTripMs, meter.offsetMs, meter.ageMs]).toEqual([null, 5000, 40_000]);
    // An agent with another clock: the old estimate is gone.
    meter.sampled(time.nowMs);
    await Promise.resolve();
    expect([meter.offsetMs, meter.ageMs]).toEqual([0, 0]);
  });
});
