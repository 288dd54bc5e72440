import Chart from 'chart.js/auto';

const WIDTH = 270;
const HEIGHT = 160;

function canvasIn(box: HTMLElement): HTMLCanvasElement {
  const holder = document.createElement('div');
  holder.style.cssText = `position: relative; width: ${WIDTH}px; height: ${HEIGHT}px`;
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  holder.append(canvas);
  box.append(holder);
  return canvas;
}

function timeOf(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().slice(11, 19);
}

/** Draws values of 0 to 100; the last one is that of `second`. */
type Draw = (values: readonly number[], second: number) => void;

/** Chart.js as it comes; only its proportions are set, so that the size is the same. */
export function chartJs(box: HTMLElement): Draw {
  const chart = new Chart(canvasIn(box), {
    type: 'line',
    data: { labels: [] as string[], datasets: [{ label: 'Metric', data: [] as number[] }] },
    options: { maintainAspectRatio: false },
  });
  return (values, second) => {
    chart.data.labels = values.map((_, row) => timeOf(second - values.length + 1 + row));
    for (const dataset of chart.data.datasets) dataset.data = [...values];
    chart.update('none');
  };
}

/** A canvas without any library: grid, labels, fill, line and newest point like the product's, all of it drawn each time. */
export function bareChart(box: HTMLElement): Draw {
  const context = canvasIn(box).getContext('2d');
  if (context === null) throw new Error('no context');
  const fill = context.createLinearGradient(0, 5, 0, HEIGHT - 20);
  fill.addColorStop(0, '#2a78d648');
  fill.addColorStop(1, '#2a78d605');
  return (values, second) => draw(context, fill, values, second);
}

function draw(
  ctx: CanvasRenderingContext2D,
  fill: CanvasGradient,
  values: readonly number[],
  second: number,
): void {
  const [left, right, top, bottom] = [66, WIDTH - 5, 5, HEIGHT - 20];
  const yOf = (value: number): number => bottom - ((bottom - top) * value) / 100;
  const xOf = (row: number): number => left + ((right - left) * row) / (values.length - 1);
  ctx.clearRect(0, 0, WIDTH, HEIGHT);
  ctx.font = '11px sans-serif';
  ctx.strokeStyle = '#e1e0d9';
  ctx.fillStyle = '#52514e';
  ctx.lineWidth = 1;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const tick of [0, 50, 100]) {
    const y = Math.round(yOf(tick)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.fillText(`${tick}%`, left - 8, y);
  }
  ctx.textAlign = 'center';
  for (let row = values.length - 1; row >= 0; row -= 1) {
    if ((second - row) % 10 === 0) ctx.fillText(timeOf(second - row), xOf(row), HEIGHT - 8);
  }
  ctx.beginPath();
  for (const [row, value] of values.entries()) ctx.lineTo(xOf(row), yOf(value));
  ctx.strokeStyle = '#2a78d6';
  ctx.lineWidth = 2;
  ctx.lineJoin = 'round';
  ctx.stroke();
  ctx.lineTo(right, bottom);
  ctx.lineTo(left, bottom);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.beginPath();
  ctx.arc(right, yOf(values.at(-1) ?? 0), 3.5, 0, 2 * Math.PI);
  ctx.fillStyle = '#2a78d6';
  ctx.fill();
}
