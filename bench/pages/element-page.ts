/** The product's charts, fed as a panel feeds them (`?way=plain&charts=24`; three series each: `stacked`, `mirrored`, `lines`). */
import { TimeWindow } from '../../shared/time-window.ts';
import { Crosshair } from '../../web/elements/metric-chart/crosshair.ts';
import '../../web/elements/metric-chart/metric-chart.ts';
import { CHARTS, gridBox, POINTS, tickWith, valueAt, WAY } from './ticking.ts';

const SERIES = WAY === 'plain' ? 1 : 3;
const SCALE = 2 ** 20;
const samples = new TimeWindow(POINTS, CHARTS * SERIES);
const crosshair = new Crosshair();
const box = gridBox();
/** Half of them with a fixed axis, half with one that follows the values. */
const isPercent = (chart: number): boolean => chart % 2 === 0;
const charts = Array.from({ length: CHARTS }, (_, index) => {
  const chart = document.createElement('metric-chart');
  const hue = 'cpu';
  const shades = ['first', 'second', 'third'] as const;
  Object.assign(chart, {
    label: `Metric ${index}`,
    unit: isPercent(index) ? 'percent' : 'bytes/s',
    samples,
    column: index * SERIES,
    points: POINTS,
    crosshair,
    ...(isPercent(index) ? { min: WAY === 'mirrored' ? -100 : 0, max: 100 } : {}),
    ...(SERIES === 1
      ? {}
      : {
          arrangement: WAY,
          series: shades.map((shade, at) => ({
            name: `metric.${index}.${shade}`,
            label: shade,
            column: index * SERIES + at,
            hue,
            shade,
            isBelow: WAY === 'mirrored' && at > 0,
          })),
        }),
  });
  return chart;
});
box.append(...charts);

let second = 0;
function push(): void {
  second += 1;
  samples.push(
    Date.UTC(2026, 0, 1) + second * 1000,
    Array.from({ length: CHARTS * SERIES }, (_, column) => {
      const chart = Math.floor(column / SERIES);
      return (valueAt(column, second) / SERIES) * (isPercent(chart) ? 1 : SCALE);
    }),
  );
}

for (let row = 0; row < POINTS; row += 1) push();
tickWith(() => {
  push();
  for (const chart of charts) chart.revision += 1;
});
