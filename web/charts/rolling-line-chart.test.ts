import { Chart } from 'chart.js';
import { expect, it } from 'vitest';
import { formatTick } from '../format.ts';
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
