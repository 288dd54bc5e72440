import { Chart } from 'chart.js';
import { expect, it } from 'vitest';
import { formatTick } from '../format-tick.ts';
import { valueAxis } from './axes.ts';
import { RollingLineChart, VALUE_AXIS_WIDTH } from './rolling-line-chart.ts';

it('leaves nothing of Chart.js on its canvas when it is destroyed', () => {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  const chart = new RollingLineChart(canvas);
  expect(Chart.getChart(canvas)).toBeDefined();
  chart.destroy();
  expect(Chart.getChart(canvas)).toBeUndefined();
  canvas.remove();
});

/** Of `points` (s, value from 0 to 100), from 2 s to 6 s: whether something of the line's colour is at a place of the canvas. */
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
  const chart = new RollingLineChart(canvas);
  const line = {
    points: points.map(([second, y]) => ({ x: second * 1000, y })),
    fromMs: 2000,
    intervalMs: 1000,
    gaps: [],
    axis: valueAxis('percent', [], 0, 100),
    unit: 'percent',
    isBare: false,
    selectedMs: null,
  };
  chart.draw({ ...line, toMs: 6001 });
  // By the other way, too, which moves only the points.
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

it('draws nothing beside its plot of a line that goes on there, and no end in its midst', () => {
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

it('marks the end of a line that ends there', () => {
  const { isInk, area, stop } = drawn(Array.from({ length: 7 }, (_, second) => [second, 50]));
  expect(isInk(area.right + 2, (area.top + area.bottom) / 2)).toBe(true);
  stop();
});

it.each(['percent', 'bytes', 'bytes/s', '/s', 'count', 'ms', 's', 'Hz', '°C', 'rpm', 'W'])(
  'has room for every label of an axis in %s',
  (unit) => {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) throw new Error('no context');
    context.font = "11px ui-sans-serif, system-ui, 'DejaVu Sans', sans-serif";
    for (const shape of [1.1, 2.5, 3.7, 7.3, 9.9]) {
      // What percentages, temperatures, power and delays are can be foreseen; the others go as far as they like.
      const most = ['percent', '°C', 'W'].includes(unit) ? 1e2 : unit === 's' ? 1e9 : 1e12;
      for (let scale = 1; scale <= most; scale *= 10) {
        for (const tick of valueAxis(unit, [shape * scale], undefined, undefined).ticks) {
          const label = formatTick(tick, unit, 'en');
          expect(context.measureText(label).width, label).toBeLessThanOrEqual(VALUE_AXIS_WIDTH - 8);
        }
      }
    }
  },
);
