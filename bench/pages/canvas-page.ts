/** A WebSocket, `JSON.parse` and charts: bare canvases, or Chart.js with its default options (`?metrics=…&draw=chart.js`). */
import { bareChart, chartJs } from './charts.ts';
import { received } from './painted.ts';
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';

const POINTS = 20;
const query = new URLSearchParams(location.search);
const box = document.createElement('div');
box.style.cssText = 'display: grid; grid-template-columns: repeat(6, 304px); gap: 8px';
document.body.append(box);
const metrics = (query.get('metrics') ?? '').split(',');
const chartIn = query.get('draw') === 'chart.js' ? chartJs : bareChart;
const charts = metrics.map(() => ({ draw: chartIn(box), values: Array<number>(POINTS).fill(0) }));

interface Message {
  readonly type: string;
  readonly ts?: number;
  readonly values?: readonly (number | null)[];
  readonly messages?: readonly Message[];
}

const socket = new WebSocket(`ws://${location.host}/metrics`, SUBPROTOCOL);
const intervalMs = Number(query.get('interval'));
socket.addEventListener('open', () => {
  for (let first = 0; first < metrics.length; first += 64) {
    const some = metrics.slice(first, first + 64);
    socket.send(JSON.stringify({ action: 'subscribe', sub: `${first}`, metrics: some, intervalMs }));
  }
});
socket.addEventListener('message', ({ data }) =>
  take(JSON.parse(String(data)) as Message & { sub?: string }),
);

function take({
  type,
  sub,
  ts: timestamp = 0,
  values = [],
  messages = [],
}: Message & { sub?: string }): void {
  for (const message of messages) take(message);
  if (type !== 'metrics') return;
  const first = Number(sub);
  if (first === 0) received(timestamp);
  requestAnimationFrame(() => {
    for (const [index, value] of values.entries()) {
      const chart = charts[first + index];
      if (chart === undefined) continue;
      chart.values.shift();
      chart.values.push((value ?? 0) % 100);
      chart.draw(chart.values, Math.floor(timestamp / 1000));
    }
  });
}
