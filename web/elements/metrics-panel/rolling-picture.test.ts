import { describe, expect, it } from 'vitest';
import type { Subscribed } from '../../../shared/messages.ts';
import { RollingPicture } from './rolling-picture.ts';

const announcement: Subscribed = {
  type: 'subscribed',
  sub: '1',
  host: 'here',
  epoch: 'a',
  seq: 0,
  intervalMs: 1000,
  recovered: false,
  series: [{ name: 'cpu', label: 'CPU', unit: 'percent' }],
};

function pictureOf(...timesMs: number[]): RollingPicture {
  const picture = RollingPicture.of(announcement, 3, null);
  for (const [index, timestampMs] of timesMs.entries())
    picture.add({ seq: index + 1, timestampMs, values: [index] });
  return picture;
}

function timesOf({ window }: RollingPicture): number[] {
  return Array.from({ length: window.length }, (_, row) => window.timestampAt(row));
}

describe('RollingPicture', () => {
  it('keeps what it shows when the same series is announced again, by a restarted agent too', () => {
    const before = pictureOf(1000, 2000);
    const after = RollingPicture.of({ ...announcement, epoch: 'b' }, 3, before);
    after.add({ seq: 1, timestampMs: 3000, values: [1] });
    expect(timesOf(after)).toEqual([1000, 2000, 3000]);
  });

  it.each([
    ['another interval', { intervalMs: 500 }],
    ['another host', { host: 'there' }],
    ['other series', { series: [] }],
  ])('begins empty for %s', (_what, change) => {
    expect(timesOf(RollingPicture.of({ ...announcement, ...change }, 3, pictureOf(1000)))).toEqual([]);
  });

  it('begins anew when the clock of the host was set back', () => {
    const picture = pictureOf(10_000, 11_000);
    picture.addGap({ from: 3, to: 2, fromMs: 10_000, toMs: 11_000, reason: 'stall' });
    picture.add({ seq: 3, timestampMs: 4000, values: [1] });
    expect(timesOf(picture)).toEqual([4000]);
    expect(picture.gaps).toEqual([]);
  });

  it('forgets a gap that has left the window', () => {
    const picture = pictureOf(1000);
    picture.addGap({ from: 2, to: 1, fromMs: 1000, toMs: 9000, reason: 'suspend' });
    for (const [index, timestampMs] of [9000, 10_000, 11_000].entries()) {
      picture.add({ seq: index + 2, timestampMs, values: [1] });
    }
    expect(picture.gaps).toHaveLength(1);
    picture.add({ seq: 5, timestampMs: 12_000, values: [1] });
    expect(picture.gaps).toEqual([]);
  });
});
