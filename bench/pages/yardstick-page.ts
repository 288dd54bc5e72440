/** What the product's charts are compared with (`?way=…&charts=24`): bare canvases, or Chart.js with its default options. */
import { bareChart, chartJs } from './charts.ts';
import { CHARTS, gridBox, POINTS, tickWith, valueAt, WAY } from './ticking.ts';

const box = gridBox();
const chartIn = WAY === 'chart.js' ? chartJs : bareChart;
const charts = Array.from({ length: CHARTS }, (_, index) => ({
  draw: chartIn(box),
  values: Array.from({ length: POINTS }, (_value, second) => valueAt(index, second)),
}));
let second = POINTS;

tickWith(() => {
  second += 1;
  for (const [index, { draw, values }] of charts.entries()) {
    values.shift();
    values.push(valueAt(index, second));
    draw(values, second);
  }
});
