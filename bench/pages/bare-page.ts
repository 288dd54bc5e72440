/** A web socket, `JSON.parse` and canvases; `?metrics=` of the address. */
import { bareChart } from './bare-chart.ts';
import { received } from './painted.ts';
import { SUBPROTOCOL } from '../../shared/protocol/messages.ts';

const POINTS = 20;
const box = document.createElement('div');
box.style.cssText = 'display: grid; grid-template-columns: repeat(6, 304px); gap: 8px';
document.body.append(box);
const metrics = (new URLSearchParams(location.search).get('metrics') ?? '').split(',');
const charts = metrics.map(() => ({ draw: bareChart(box), values: Array<number>(POINTS).fill(0) }));

interface Message {
  readonly type: string;
  readonly ts?: number;
  readonly values?: readonly (number | null)[];
  readonly messages?: readonly Message[];
}

const socket = new WebSocket(`ws://${location.host}/metrics`, SUBPROTOCOL);
socket.addEventListener('open', () =>
  socket.send(JSON.stringify({ action: 'subscribe', metrics, intervalMs: 100 })),
);
socket.addEventListener('message', ({ data }) => take(JSON.parse(String(data)) as Message));

function take({ type, ts: timestamp = 0, values = [], messages = [] }: Message): void {
  for (const message of messages) take(message);
  if (type !== 'metrics') return;
  received(timestamp);
  requestAnimationFrame(() => {
    for (const [column, chart] of charts.entries()) {
      chart.values.shift();
      chart.values.push((values[column] ?? 0) % 100);
      chart.draw(chart.values, Math.floor(timestamp / 1000));
    }
  });
}
