import { describe, expect, it } from 'vitest';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { SeriesBuffer } from './shown-samples.ts';

const announcement: Subscribed = {
  type: 'subscribed',
  sub: '1',
  host: 'here',
  epoch: 'a',
  seq: 0,
  intervalMs: 1000,
  recovered: false,
  series: [{ name: 'cpu', label: 'CPU', unit: 'percent' }],
  tables: [],
};

function pictureOf(...timesMs: number[]): SeriesBuffer {
  const buffer = SeriesBuffer.of(announcement, 3, null);
  for (const [index, timestampMs] of timesMs.entries())
    buffer.add({ seq: index + 1, timestampMs, values: [index] });
  return buffer;
}

function timesOf({ samples }: SeriesBuffer): number[] {
  return Array.from({ length: samples.length }, (_, row) => samples.timestampAt(row));
}

describe('SeriesBuffer', () => {
  it('keeps its samples when the same series are announced again, even by a restarted agent', () => {
    const before = pictureOf(1000, 2000);
    const after = SeriesBuffer.of({ ...announcement, epoch: 'b' }, 3, before);
    after.add({ seq: 1, timestampMs: 3000, values: [1] });
    expect(timesOf(after)).toEqual([1000, 2000, 3000]);
  });

  it.each([
    ['another interval', { intervalMs: 500 }],
    ['another host', { host: 'there' }],
  ])('starts empty for %s', (_what, change) => {
    expect(timesOf(SeriesBuffer.of({ ...announcement, ...change }, 3, pictureOf(1000)))).toEqual([]);
  });

  describe('with another capacity', () => {
    const gap = (fromMs: number, toMs: number) => ({ from: 1, to: 0, fromMs, toMs, reason: 'agent_restart' });

    it('keeps the samples and gaps before its first one, which the agent no longer has', () => {
      const past = pictureOf(1000, 2000, 5000);
      past.addGap(gap(2000, 5000));
      const longer = SeriesBuffer.of({ ...announcement, sub: '2' }, 10, past);
      expect(timesOf(longer)).toEqual([]);
      longer.add({ seq: 1, timestampMs: 5000, values: [7] });
      longer.add({ seq: 2, timestampMs: 6000, values: [8] });
      const whole = longer.after(past);
      expect(timesOf(whole)).toEqual([1000, 2000, 5000, 6000]);
      expect(whole.samples.valueAt(0, 2)).toBe(7);
      expect(whole.gaps).toEqual([gap(2000, 5000)]);
      whole.add({ seq: 3, timestampMs: 7000, values: [9] });
      expect(timesOf(whole)).toEqual([1000, 2000, 5000, 6000, 7000]);
    });

    it('stays within its capacity, and takes no samples of another interval', () => {
      const past = pictureOf(1000, 2000, 3000);
      const shorter = SeriesBuffer.of(announcement, 2, past);
      for (const timestampMs of [3000, 4000]) shorter.add({ seq: 1, timestampMs, values: [1] });
      expect(timesOf(shorter.after(past))).toEqual([3000, 4000]);
      const faster = SeriesBuffer.of({ ...announcement, intervalMs: 500 }, 3, past);
      faster.add({ seq: 1, timestampMs: 4000, values: [1] });
      expect(timesOf(faster.after(past))).toEqual([4000]);
    });
  });

  describe('when things come and go', () => {
    const series = (...names: string[]): Subscribed['series'] =>
      names.map((name) => ({ name, label: name, unit: 'percent' }));
    const valuesOf = ({ samples }: SeriesBuffer): (number | null)[][] =>
      Array.from({ length: samples.length }, (_row, row) =>
        Array.from({ length: samples.width }, (_column, column) => samples.valueAt(column, row)),
      );
    const before = (): SeriesBuffer => {
      const buffer = SeriesBuffer.of({ ...announcement, series: series('a', 'b') }, 3, null);
      buffer.add({ seq: 1, timestampMs: 1000, values: [1, 10] });
      buffer.add({ seq: 2, timestampMs: 2000, values: [null, 20] });
      return buffer;
    };

    it('keeps the past of each remaining series by name; that of a new one is unknown', () => {
      const after = SeriesBuffer.of({ ...announcement, series: series('new', 'b', 'a') }, 3, before());
      after.add({ seq: 3, timestampMs: 3000, values: [5, 30, 3] });
      expect(timesOf(after)).toEqual([1000, 2000, 3000]);
      expect(valuesOf(after)).toEqual([
        [null, 10, 1],
        [null, 20, null],
        [5, 30, 3],
      ]);
    });

    it('keeps the others when one goes', () => {
      const after = SeriesBuffer.of({ ...announcement, series: series('b') }, 3, before());
      expect(valuesOf(after)).toEqual([[10], [20]]);
      expect(valuesOf(SeriesBuffer.of({ ...announcement, series: [] }, 3, after))).toEqual([[], []]);
    });

    it('keeps the gaps', () => {
      const buffer = before();
      const gap = { from: 3, to: 5, fromMs: 2000, toMs: 6000, reason: 'slow' };
      buffer.addGap(gap);
      expect(SeriesBuffer.of({ ...announcement, series: series('b', 'c') }, 3, buffer).gaps).toEqual([gap]);
    });

    it('treats values in another unit as another series', () => {
      const other = series('a', 'b').map((one) => ({ ...one, unit: 'bytes' }));
      expect(valuesOf(SeriesBuffer.of({ ...announcement, series: other }, 3, before()))).toEqual([
        [null, null],
        [null, null],
      ]);
    });
  });

  it("starts over when the host's clock was set back", () => {
    const buffer = pictureOf(10_000, 11_000);
    buffer.addGap({ from: 3, to: 2, fromMs: 10_000, toMs: 11_000, reason: 'stall' });
    buffer.add({ seq: 3, timestampMs: 4000, values: [1] });
    expect(timesOf(buffer)).toEqual([4000]);
    expect(buffer.gaps).toEqual([]);
  });

  it('forgets a gap that has left the window', () => {
    const buffer = pictureOf(1000);
    buffer.addGap({ from: 2, to: 1, fromMs: 1000, toMs: 9000, reason: 'suspend' });
    for (const [index, timestampMs] of [9000, 10_000, 11_000].entries()) {
      buffer.add({ seq: index + 2, timestampMs, values: [1] });
    }
    expect(buffer.gaps).toHaveLength(1);
    buffer.add({ seq: 5, timestampMs: 12_000, values: [1] });
    expect(buffer.gaps).toEqual([]);
  });
});
