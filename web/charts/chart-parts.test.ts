import { Chart, type ChartComponentLike, type ChartConfiguration } from 'chart.js';
import whole from '../../node_modules/chart.js/dist/chart.umd.js?url';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Point } from './gaps.ts';
import { FilledLine, PlacedPoint } from './line-element.ts';
// Registers the parts that are used.
import './rolling-line-chart.ts';

/** Chart.js with nothing left out of it (tools/lib/chart-parts.mjs). */
let Whole: typeof Chart;

beforeAll(async () => {
  const script = document.createElement('script');
  script.src = whole;
  document.head.append(script);
  await new Promise((resolve) => script.addEventListener('load', resolve));
  const loaded: unknown = Reflect.get(globalThis, 'Chart');
  if (!isChart(loaded)) throw new Error('Chart.js did not come');
  Whole = loaded;
  const { registry } = Whole;
  const own: unknown[] = [registry.getElement('line'), registry.getElement('point')];
  Whole.unregister(...own.filter(isComponent));
  registry.addElements(FilledLine, PlacedPoint);
});

afterEach(() => document.body.replaceChildren());

function isChart(value: unknown): value is typeof Chart {
  return typeof value === 'function' && 'registry' in value;
}

function isComponent(value: unknown): value is ChartComponentLike {
  return typeof value === 'function';
}

interface Picture {
  readonly from: number;
  readonly display: boolean;
  readonly ticks: readonly number[];
  readonly spanGaps: number | false;
}

/** Options of the kind that the panel's charts have. */
function configuration({ from, display, ticks, spanGaps }: Picture): ChartConfiguration<'line', Point[]> {
  const data = Array.from({ length: 20 }, (_, index) => ({
    x: 1000 * (index < 9 ? index : index + 2),
    y: index === 4 ? Number.NaN : 50 + 40 * Math.sin(index),
  }));
  return {
    type: 'line',
    data: {
      datasets: [
        {
          data,
          borderWidth: 2,
          borderColor: 'teal',
          backgroundColor: '#0002',
          pointRadius: 0,
          spanGaps,
          clip: 4,
        },
      ],
    },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      // The whole has plugins.
      plugins: { legend: { display: false } },
      layout: { padding: { top: 4, right: 4 } },
      scales: {
        x: {
          type: 'linear',
          display,
          bounds: 'data',
          grid: { display: false },
          border: { display: false },
          ticks: { display: false },
          afterDataLimits: (scale) => void Object.assign(scale, { min: from, max: from + 15_000 }),
          afterBuildTicks: (scale) => void Object.assign(scale, { ticks: [] }),
          afterFit: (scale) =>
            void Object.assign(scale, { height: display ? 24 : 0, paddingLeft: 0, paddingRight: 0 }),
        },
        y: {
          type: 'linear',
          display,
          bounds: 'data',
          grid: { color: 'silver', drawTicks: false },
          border: { display: false },
          ticks: {
            padding: 8,
            autoSkip: false,
            color: 'black',
            font: { family: 'serif', size: 11 },
            callback: (value) => `${value} %`,
          },
          afterDataLimits: (scale) => void Object.assign(scale, { min: 0, max: 100 }),
          afterBuildTicks: (scale) => {
            scale.ticks = ticks.map((value) => ({ value }));
          },
          afterFit: (scale) => void Object.assign(scale, { width: display ? 60 : 0 }),
        },
      },
    },
  };
}

/** What is drawn first, after an update, and in another size. */
async function pictures(Type: typeof Chart, buffer: Picture): Promise<string[]> {
  const box = document.createElement('div');
  box.style.cssText = 'position: relative; width: 421.5px; height: 160.25px';
  const canvas = document.createElement('canvas');
  box.append(canvas);
  document.body.append(box);
  const chart = new Type(canvas, configuration(buffer));
  const shown = [canvas.toDataURL()];
  // As an update takes it: another array.
  const [before] = configuration(buffer).data.datasets;
  const [now] = chart.data.datasets;
  if (now !== undefined && before !== undefined) now.data = before.data.slice(3);
  chart.update('none');
  shown.push(canvas.toDataURL());
  box.style.width = '300px';
  await expect.poll(() => chart.width).toBe(300);
  shown.push(canvas.toDataURL());
  chart.destroy();
  return shown;
}

it.each([
  { from: 2000, display: true, ticks: [0, 50, 100], spanGaps: false },
  { from: -500, display: true, ticks: [0, 20, 40, 60, 80, 100], spanGaps: 1500 },
  { from: 0, display: false, ticks: [], spanGaps: false },
] as const)('what is left of Chart.js draws in every pixel what the whole does, %j', async (buffer) => {
  const shown = await pictures(Chart, buffer);
  expect(new Set(shown).size).toBe(3);
  const expected = await pictures(Whole, buffer);
  expect(shown.map((one, index) => one === expected[index])).toEqual([true, true, true]);
});
