/** What the product's charts are compared with: Chart.js as it comes, and a canvas without any library. */
import Chart from 'chart.js/auto';
import { bareChart, canvasIn, timeOf } from './bare-chart.ts';
import { addWay, CHARTS, gridBox, nextValue, POINTS } from './drawn-ways.ts';

/** Default options but for the proportions, so that the size is the same. */
function defaultChartJs(): void {
  const box = gridBox();
  const charts = Array.from({ length: CHARTS }, (_, index) => {
    const labels = Array.from({ length: POINTS }, (_label, second) => timeOf(second));
    const data = Array.from({ length: POINTS }, (_value, second) => nextValue(index, second));
    return new Chart(canvasIn(box), {
      type: 'line',
      data: { labels, datasets: [{ label: `Metric ${index}`, data }] },
      options: { maintainAspectRatio: false },
    });
  });
  let second = POINTS;
  addWay("Chart.js, `update('none')`", {
    box,
    tick() {
      second += 1;
      for (const [index, chart] of charts.entries()) {
        const { labels, datasets } = chart.data;
        labels?.shift();
        labels?.push(timeOf(second));
        datasets[0]?.data.shift();
        datasets[0]?.data.push(nextValue(index, second));
        chart.update('none');
      }
    },
  });
}

function bareCanvas(): void {
  const box = gridBox();
  const charts = Array.from({ length: CHARTS }, (_, index) => {
    const values = Array.from({ length: POINTS }, (_value, second) => nextValue(index, second));
    return { draw: bareChart(box), values };
  });
  let second = POINTS;
  addWay('bare canvas', {
    box,
    tick() {
      second += 1;
      for (const [index, { draw, values }] of charts.entries()) {
        values.shift();
        values.push(nextValue(index, second));
        draw(values, second);
      }
    },
  });
}

defaultChartJs();
bareCanvas();
