/** An hour of 8 series at 1 Hz, each sample a point (`?charts=1`: in one chart, `8`: one each), behind buttons for what a reader does. */
import { TimeWindow } from '../../shared/time-window.ts';
import { Crosshair } from '../../web/elements/metric-chart/crosshair.ts';
import '../../web/elements/metric-chart/metric-chart.ts';
import { CHARTS, valueAt } from './ticking.ts';

const SERIES = 8;
const HOUR_S = 3600;
const QUARTER_S = 900;
const END_MS = Date.UTC(2026, 0, 1);
const SHADES = ['first', 'second', 'third'] as const;
const HUES = ['cpu', 'memory', 'network', 'disk', 'neutral'] as const;

function windowOf(seconds: number): TimeWindow {
  const samples = new TimeWindow(seconds, SERIES);
  for (let second = HOUR_S - seconds; second < HOUR_S; second += 1) {
    samples.push(
      END_MS - (HOUR_S - second) * 1000,
      Array.from({ length: SERIES }, (_, column) => valueAt(column, second) / SERIES),
    );
  }
  return samples;
}

const shown = { hour: windowOf(HOUR_S), quarter: windowOf(QUARTER_S) };
const series = Array.from({ length: SERIES }, (_, column) => ({
  name: `metric.${column}`,
  label: `series ${column}`,
  column,
  hue: HUES[column % HUES.length] ?? 'cpu',
  shade: SHADES[Math.floor(column / HUES.length)] ?? 'first',
}));
const crosshair = new Crosshair();
const charts = Array.from({ length: CHARTS }, (_, column) =>
  Object.assign(document.createElement('metric-chart'), {
    label: `Metric ${column}`,
    unit: 'percent',
    samples: shown.quarter,
    column,
    points: QUARTER_S,
    crosshair,
    min: 0,
    max: 100,
    ...(CHARTS === 1 ? { series, arrangement: 'stacked', headValue: 'sum' } : {}),
  }),
);
const act = (id: string, values: object): HTMLElement => {
  const button = Object.assign(document.createElement('button'), { id, textContent: id });
  button.addEventListener('click', () => {
    for (const chart of charts) {
      Object.assign(chart, values);
      chart.revision += 1;
    }
  });
  return button;
};
const box = document.createElement('div');
box.style.cssText = `display: grid; gap: 8px; grid-template-columns: repeat(${Math.min(CHARTS, 4)}, 1fr)`;
box.append(...charts);
document.body.append(
  act('quarter', { samples: shown.quarter, points: QUARTER_S, span: null }),
  act('window', { samples: shown.hour, points: HOUR_S, span: null }),
  act('zoom', { span: { fromMs: END_MS - 2_400_000, toMs: END_MS - 600_000 } }),
  box,
);
