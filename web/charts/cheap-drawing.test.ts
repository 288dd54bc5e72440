import { Chart } from 'chart.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueAxis } from './axes.ts';
import { findGaps, type Point } from './gaps.ts';
import { RollingLineChart } from './rolling-line-chart.ts';
import type { RollingLine } from './rolling-line.ts';
import { drawnSeries, oneLine } from './testing/one-line.ts';
import { plainLabels } from './testing/plain-labels.ts';

const START_MS = Date.UTC(2026, 0, 1, 12);

interface Shown {
  readonly chart: RollingLineChart;
  readonly canvas: HTMLCanvasElement;
  readonly box: HTMLElement;
}

function show(): Shown {
  const box = document.createElement('div');
  box.style.cssText = 'position: relative; width: 421.5px; height: 160.25px';
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'color: rgb(200, 30, 30); border: 0 solid rgb(0, 0, 255)';
  box.append(canvas);
  document.body.append(box);
  return { chart: new RollingLineChart(canvas, plainLabels), canvas, box };
}

/** A value for a second, NaN where it is not known. */
type Series = (second: number) => number;

const wave: Series = (second) => 50 + 45 * Math.sin(second / 3);

/** The 20 seconds up to `newest` and three before them, some of them a few milliseconds late. */
function lineAt(newest: number, series: Series, changes: Partial<RollingLine> = {}): RollingLine {
  const points = Array.from({ length: 23 }, (_, index): Point => {
    const second = newest - 22 + index;
    const y = series(second);
    const extremes = changes.hasBand === true ? { low: y - 5, high: y + (second % 5) } : {};
    return { x: START_MS + second * 1000 + ((second * 7) % 11), y, ...extremes };
  }).filter(({ y }) => y !== Number.POSITIVE_INFINITY);
  const toMs = points.at(-1)?.x ?? START_MS;
  return oneLine(points, {
    fromMs: toMs - 19_000,
    toMs,
    gaps: findGaps(points, 1000).map((gap) => ({ ...gap, label: 'No samples' })),
    ...changes,
  });
}

function bytesOf(canvas: HTMLCanvasElement): Uint8ClampedArray {
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('no context');
  return ctx.getImageData(0, 0, canvas.width, canvas.height).data;
}

/** The pixels after a real update of Chart.js in the same state. */
function bytesOfUpdate(canvas: HTMLCanvasElement): Uint8ClampedArray {
  Chart.getChart(canvas)?.update('none');
  return bytesOf(canvas);
}

/** Draws each line, compares every byte with a real update, and returns how many lines were drawn without one. */
function expectPixelEqual({ chart, canvas }: Shown, lines: readonly RollingLine[]): number {
  let cheap = 0;
  for (const [index, line] of lines.entries()) {
    const update = vi.spyOn(Chart.prototype, 'update');
    chart.draw(line);
    if (update.mock.calls.length === 0) cheap += 1;
    update.mockRestore();
    const ours = bytesOf(canvas);
    const theirs = bytesOfUpdate(canvas);
    expect(ours.some((byte) => byte !== 0)).toBe(true);
    const differing = ours.findIndex((byte, at) => byte !== theirs[at]);
    expect(differing, `byte of line ${index} that differs`).toBe(-1);
    // The next one follows a cheap drawing, not an update.
    chart.draw(line);
  }
  return cheap;
}

function rolling(series: Series, changes: Partial<RollingLine> = {}, count = 25): RollingLine[] {
  return Array.from({ length: count }, (_, index) => lineAt(30 + index, series, changes));
}

afterEach(() => document.body.replaceChildren());

describe('a line that moved on is drawn byte for byte as by a real update', () => {
  it.each<[string, Series, Partial<RollingLine>]>([
    ['a rolling window', wave, {}],
    ['values on and beyond the ends of the axis', (second) => [0, 100, 130, -20][second % 4] ?? 0, {}],
    ['unknown values', (second) => (second % 9 < 3 ? Number.NaN : wave(second)), {}],
    [
      'missing samples',
      (second) => (second % 11 < 4 || second % 7 === 0 ? Number.POSITIVE_INFINITY : wave(second)),
      {},
    ],
    ['points without a neighbour', (second) => (second % 2 === 0 ? Number.NaN : wave(second)), {}],
    ['nothing known', () => Number.NaN, {}],
    ['a bare line', wave, { isBare: true }],
    ['a band', wave, { hasBand: true }],
    ['a band with gaps', (second) => (second % 9 < 3 ? Number.NaN : wave(second)), { hasBand: true }],
    ['a selected time', wave, { selectedMs: START_MS + 40_000 + ((40 * 7) % 11) }],
    ['many points in few pixels', wave, { fromMs: START_MS - 3_600_000 }],
  ])('%s', (_, series, changes) => {
    const lines = rolling(series, changes);
    expect(expectPixelEqual(show(), lines)).toBe(lines.length - 1);
  });

  it.each(['lines', 'stacked', 'mirrored'] as const)(
    'several series with all that may be on them: %s',
    (arrangement) => {
      const lines = rolling(wave).map((line) => {
        const [one] = line.series;
        const points = (one?.points ?? []).map((point) => ({ ...point, y: point.y / 2 }));
        return {
          ...line,
          arrangement,
          series: [drawnSeries(points), drawnSeries(points, { isBelow: true, shade: 'third' })],
          thresholds: [{ value: 20, level: 'trouble', label: '20' }] as const,
          axis: arrangement === 'mirrored' ? { min: -50, max: 50, ticks: [-50, 0, 50] } : line.axis,
        };
      });
      expect(expectPixelEqual(show(), lines)).toBe(lines.length - 1);
    },
  );

  it('thousands of points, few of them drawn', () => {
    const lines = Array.from({ length: 6 }, (_, index) => {
      const points = Array.from({ length: 3000 }, (_point, second) => ({
        x: START_MS + (second + index) * 1000,
        y: (second + index) % 400 === 7 ? Number.NaN : wave((second + index) * 7919),
      }));
      const toMs = points.at(-1)?.x ?? 0;
      return oneLine(points, { fromMs: toMs - 2_999_000 });
    });
    expect(expectPixelEqual(show(), lines)).toBe(lines.length - 1);
  });

  it('a line that is alone, has a band, and is alone again', () => {
    const lines = rolling(wave).map((line, index) => ({ ...line, hasBand: index % 4 > 1 }));
    expectPixelEqual(show(), lines);
  });

  it('an axis that follows the values, without an update', () => {
    const growing: Series = (second) => 2 ** (second / 5) * 1000;
    const lines = rolling(growing).map((line) => ({
      ...line,
      unit: 'bytes/s',
      axis: valueAxis(
        'bytes/s',
        (line.series[0]?.points ?? []).map(({ y }) => y),
        undefined,
        undefined,
      ),
    }));
    const axes = new Set(lines.map(({ axis }) => JSON.stringify(axis))).size;
    expect(axes).toBeGreaterThan(3);
    expect(expectPixelEqual(show(), lines)).toBe(lines.length - 1);
  });

  it('another unit, and lines that are bare now and then', () => {
    const lines = rolling(wave).map((line, index) => ({
      ...line,
      unit: index % 3 === 0 ? 'ms' : 'percent',
      isBare: index % 5 === 0,
    }));
    expectPixelEqual(show(), lines);
  });

  it('another theme', () => {
    const shown = show();
    const lines = rolling(wave);
    expectPixelEqual(shown, lines.slice(0, 5));
    const before = bytesOf(shown.canvas);
    shown.canvas.style.cssText += 'color: rgb(0, 128, 0); border-color: red; font-family: serif';
    shown.chart.recolour();
    expect(bytesOf(shown.canvas)).not.toEqual(before);
    expect(expectPixelEqual(shown, lines.slice(5))).toBe(lines.length - 5);
  });

  it.each([1, 2])('another size, at %f device pixels per CSS pixel', async (ratio) => {
    const shown = show();
    const lines = rolling(wave);
    const chart = Chart.getChart(shown.canvas);
    Object.assign(chart?.options ?? {}, { devicePixelRatio: ratio });
    chart?.resize();
    expectPixelEqual(shown, lines.slice(0, 5));
    for (const width of [160.5, 733, 90]) {
      const before = shown.canvas.width;
      shown.box.style.width = `${width}px`;
      await expect.poll(() => shown.canvas.width).not.toBe(before);
      const ofResize = bytesOf(shown.canvas);
      // `toEqual` would take seconds for a million bytes.
      expect(bytesOfUpdate(shown.canvas).every((byte, at) => byte === ofResize[at])).toBe(true);
      expect(expectPixelEqual(shown, lines.slice(5))).toBe(lines.length - 5);
    }
  });
});
