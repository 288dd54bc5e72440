import { Chart, Filler, LineElement, PointElement } from 'chart.js';
import { afterEach, expect, it } from 'vitest';
import type { Point } from './gaps.ts';
import { FilledLine, PlacedPoint } from './line-element.ts';
import { RollingLineChart } from './rolling-line-chart.ts';
import { plainLabels } from './testing/plain-labels.ts';

type Values = readonly (number | null | undefined)[];

/** Largest difference of a colour channel (0 to 255) that antialiased edges may have. */
const NOT_SEEN = 12;

/** What the registered elements draw, on white. */
function pixelsOf(values: Values): Uint8ClampedArray {
  const box = document.createElement('div');
  box.style.cssText = 'position: relative; width: 420px; height: 160px';
  const canvas = document.createElement('canvas');
  canvas.style.cssText = 'color: rgb(200, 30, 30); border: 0 solid rgb(0, 0, 255)';
  box.append(canvas);
  document.body.append(box);
  const chart = new RollingLineChart(canvas, plainLabels);
  // For Chart.js's own elements; ours ignore it.
  Object.assign(Chart.getChart(canvas)?.data.datasets[0] ?? {}, { fill: 'start', pointRadius: 0 });
  const points = values
    .map((value, index): Point => ({ x: index * 1000, y: value ?? Number.NaN }))
    .filter((_, index) => values[index] !== undefined);
  chart.draw({
    points,
    fromMs: 1500,
    toMs: (values.length - 1) * 1000,
    gapMs: 1500,
    gaps: [],
    axis: { min: 0, max: 100, ticks: [0, 50, 100] },
    unit: 'percent',
    isBare: false,
    hasBand: false,
    selectedMs: null,
  });
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('no context');
  ctx.globalCompositeOperation = 'destination-over';
  ctx.fillStyle = 'white';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
  chart.destroy();
  return data;
}

/** A name has to be unregistered before it can be registered again. */
function pixelsOfChartJs(values: Values): Uint8ClampedArray {
  Chart.unregister(FilledLine, PlacedPoint);
  Chart.register(LineElement, PointElement, Filler);
  try {
    return pixelsOf(values);
  } finally {
    Chart.unregister(LineElement, PointElement, Filler);
    Chart.register(FilledLine, PlacedPoint);
  }
}

afterEach(() => document.body.replaceChildren());

it.each<[string, Values]>([
  ['a line', [10, 80, 30, 99, 0, 50]],
  ['holes', [10, 80, null, null, 40, 70, 60, undefined, undefined, 50, 70]],
  ['points without a neighbour', [10, null, 30, null, 50]],
  ['one point', [50]],
  ['nothing known', [null, null]],
  // Chart.js merges points that share a column of pixels; ours stay where they are.
  ['many points', Array.from({ length: 150 }, (_, index) => (index * 7919) % 101)],
])('draws %s as the elements of Chart.js do', (_, values) => {
  const ours = pixelsOf(values);
  const theirs = pixelsOfChartJs(values);
  const differences = ours.map((step, index) => Math.abs(step - (theirs[index] ?? 0)));
  expect(differences.reduce((most, difference) => Math.max(most, difference))).toBeLessThanOrEqual(NOT_SEEN);
  expect(ours.some((step) => step < 255)).toBe(true);
});
