import { Chart } from 'chart.js';
import { expect, it } from 'vitest';
import { valueAxis } from './axes.ts';
import { RollingLineChart } from './rolling-line-chart.ts';
import { plainLabels } from './testing/plain-labels.ts';

it('leaves nothing of Chart.js on its canvas once destroyed', () => {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  const chart = new RollingLineChart(canvas, plainLabels);
  expect(Chart.getChart(canvas)).toBeDefined();
  chart.destroy();
  expect(Chart.getChart(canvas)).toBeUndefined();
  canvas.remove();
});

/** Draws 2 s to 6 s of `points` (s, value from 0 to 100); `isInk` tells whether a place has the line's colour. */
function drawn(points: readonly (readonly [number, number])[]): {
  readonly isInk: (x: number, y: number) => boolean;
  readonly area: Chart['chartArea'];
  readonly stop: () => void;
} {
  const box = document.createElement('div');
  box.style.cssText = 'width: 400px; height: 200px; color: #ff0000';
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'border: 0 solid #0000ff; text-decoration-color: #0000ff';
  box.append(canvas);
  document.body.append(box);
  const chart = new RollingLineChart(canvas, plainLabels);
  const line = {
    points: points.map(([second, y]) => ({ x: second * 1000, y })),
    fromMs: 2000,
    gapMs: 1500,
    gaps: [],
    axis: valueAxis('percent', [], 0, 100),
    unit: 'percent',
    isBare: false,
    hasBand: false,
    selectedMs: null,
  };
  chart.draw({ ...line, toMs: 6001 });
  // Once more without an update.
  chart.draw({ ...line, toMs: 6000 });
  const ratio = canvas.width / 400;
  const isInk = (x: number, y: number): boolean => {
    const [red = 0, , blue = 0, alpha = 0] =
      canvas.getContext('2d')?.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data ?? [];
    return red > blue && alpha > 0;
  };
  const area = Chart.getChart(canvas)?.chartArea ?? {
    left: 0,
    top: 0,
    right: 0,
    bottom: 0,
    width: 0,
    height: 0,
  };
  return {
    isInk,
    area,
    stop: () => {
      chart.destroy();
      box.remove();
    },
  };
}

it('clips a line that goes on beyond the plot, and marks no end there', () => {
  const { isInk, area, stop } = drawn(
    Array.from({ length: 9 }, (_, second) => [second, second === 7 ? 250 : 50]),
  );
  const middle = (area.top + area.bottom) / 2;
  expect(isInk((area.left + area.right) / 2, middle)).toBe(true);
  for (let y = 0; y < 200; y += 1) expect(isInk(area.right + 2, y), `right, ${y}`).toBe(false);
  for (let x = 0; x < 400; x += 1) expect(isInk(x, area.top - 2), `top, ${x}`).toBe(false);
  // A dot would be as high as its diameter there.
  expect(isInk(area.right - 1, middle + 3)).toBe(isInk(area.right - 20, middle + 3));
  stop();
});

it('marks the end of a line that ends at the edge of the plot', () => {
  const { isInk, area, stop } = drawn(Array.from({ length: 7 }, (_, second) => [second, 50]));
  expect(isInk(area.right + 2, (area.top + area.bottom) / 2)).toBe(true);
  stop();
});
