import { Chart } from 'chart.js';
import { expect, it } from 'vitest';
import { RollingLineChart } from './rolling-line-chart.ts';
import { oneLine } from './testing/one-line.ts';
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
function drawn(points: readonly (readonly [number, number, number?, number?])[]): {
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
  const line = oneLine(
    points.map(([second, y, low, high]) => ({
      x: second * 1000,
      y,
      ...(low === undefined || high === undefined ? {} : { low, high }),
    })),
    { fromMs: 2000, hasBand: points[0]?.[3] !== undefined },
  );
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

it('fills from the lowest to the highest, of a run between gaps on its own, and not below', () => {
  const { isInk, area, stop } = drawn(
    [0, 1, 2, 3, 5, 6, 7].map((second) => [second, 50, 40, second === 3 ? 90 : 60] as const),
  );
  const at = (second: number, value: number): boolean =>
    isInk(
      area.left + ((second - 2) / 4) * (area.right - area.left),
      area.bottom - (value / 100) * (area.bottom - area.top),
    );
  expect([at(2.5, 45), at(2.5, 55), at(2.99, 85), at(5.5, 55)]).toEqual([true, true, true, true]);
  expect([at(2.5, 30), at(2.5, 85), at(4, 50), at(4, 45), at(4.5, 55)]).toEqual(
    Array.from({ length: 5 }, () => false),
  );
  stop();
});
