import { describe, expect, it } from 'vitest';
import { LinkMeter } from './link-meter.ts';

/** Samples of a clock that is `offsetMs` ahead, each `delayMs` late. */
async function fed(
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

/** Asked each second. */
function asked(): { meter: LinkMeter; answer: (roundTripMs: number) => void } {
  let askedMs = 0;
  let nowMs = 0;
  const meter = new LinkMeter(() => nowMs);
  return {
    meter,
    answer: (roundTripMs) => {
      nowMs = askedMs + roundTripMs;
      meter.answered(roundTripMs);
      askedMs = Math.max(nowMs, askedMs + 1000);
    },
  };
}

describe('LinkMeter', () => {
  it('knows nothing at first', () => {
    const { roundTripMs, offsetMs, ageMs } = new LinkMeter(() => 0);
    expect([roundTripMs, offsetMs, ageMs]).toEqual([null, null, null]);
  });

  it('takes the median of the newest round trips', () => {
    const { meter, answer } = asked();
    for (const roundTripMs of [10, 30, 20, 40]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(25);
    for (let more = 0; more < 7; more += 1) answer(50);
    expect(meter.roundTripMs).toBe(50);
  });

  it('takes none from questions that a standstill of the agent answered together', async () => {
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

  it('takes none that is far beyond the others, as where the page stood still, nor one before there are others', () => {
    const { meter, answer } = asked();
    answer(2000);
    expect(meter.roundTripMs).toBeNull();
    for (const roundTripMs of [10, 9000, 8000, 9000]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(10);
  });

  it('knows a link that is slow', () => {
    const { meter, answer } = asked();
    for (const roundTripMs of [1700, 1500, 1600]) answer(roundTripMs);
    expect(meter.roundTripMs).toBe(1600);
  });

  it.each([7_200_000, -3000, 0])(
    'finds a clock that is %d ms ahead, with the way here allowed for',
    async (offsetMs) => {
      const { meter } = await fed(offsetMs, [40, 40, 40]);
      for (let more = 0; more < 2; more += 1) meter.answered(80);
      expect(meter.offsetMs).toBe(offsetMs);
      // As old as the way here took.
      expect(meter.ageMs).toBe(40);
    },
  );

  it('is not misled by single samples that come late', async () => {
    const { meter } = await fed(0, [0, 0, 3000, 0, 2000, 0, 0]);
    expect(meter.offsetMs).toBe(0);
  });

  it('is not misled by samples that a page which stood still gets one after the other', async () => {
    const { meter } = await fed(0, [0, 5000, 4000, 3000, 2000, 1000, 0]);
    expect(meter.offsetMs).toBe(0);
  });

  it('takes no time from samples that come together, such as the past', async () => {
    const meter = new LinkMeter(() => 100_000);
    for (let second = 0; second < 20; second += 1) meter.sampled(second * 1000);
    await Promise.resolve();
    expect(meter.offsetMs).toBeNull();
    meter.sampled(100_000);
    await Promise.resolve();
    expect(meter.offsetMs).toBe(0);
  });

  it('forgets the link before, and still knows how old the newest sample is', async () => {
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
    // Of an agent with another clock: nothing of the one before is left.
    meter.sampled(time.nowMs);
    await Promise.resolve();
    expect([meter.offsetMs, meter.ageMs]).toEqual([0, 0]);
  });
});
