/** The product's own elements, fed as a panel feeds them. */
import '../../web/elements/metric-chart/metric-chart.ts';
import { TimeWindow } from '../../shared/time-window.ts';
import { Crosshair } from '../../web/elements/metric-chart/crosshair.ts';
import { addWay, CHARTS, gridBox, nextValue, POINTS } from './drawn-ways.ts';

const SCALE = 2 ** 20;
const window = new TimeWindow(POINTS, CHARTS);
const crosshair = new Crosshair();
const box = gridBox();
/** Half of them with a fixed axis, half with one that follows the values. */
const charts = Array.from({ length: CHARTS }, (_, column) => {
  const chart = document.createElement('metric-chart');
  const isPercent = column % 2 === 0;
  Object.assign(chart, {
    label: `Metric ${column}`,
    unit: isPercent ? 'percent' : 'bytes/s',
    window,
    column,
    points: POINTS,
    crosshair,
    ...(isPercent ? { min: 0, max: 100 } : {}),
  });
  return chart;
});
box.append(...charts);

let second = 0;
function push(): void {
  second += 1;
  window.push(
    Date.UTC(2026, 0, 1) + second * 1000,
    charts.map((_, column) => nextValue(column, second) * (column % 2 === 0 ? 1 : SCALE)),
  );
}

for (let row = 0; row < POINTS; row += 1) push();
addWay('<metric-chart>', {
  box,
  tick() {
    push();
    for (const chart of charts) chart.revision += 1;
  },
});
