import { Chart } from 'chart.js';
import { expect, it } from 'vitest';
import { RollingLineChart } from './rolling-line-chart.ts';

it('leaves nothing of Chart.js on its canvas when it is destroyed', () => {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  const chart = new RollingLineChart(canvas);
  expect(Chart.getChart(canvas)).toBeDefined();
  chart.destroy();
  expect(Chart.getChart(canvas)).toBeUndefined();
  canvas.remove();
});
