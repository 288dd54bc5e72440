/** Viewers that show a token, ask for all metrics ten times a second, and tell how long each sample was on its way. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { METRICS_PATH } from '../../agent/transports/websocket.ts';
import { SUBPROTOCOL } from '../../shared/protocol/messages.ts';
import { serveCommands } from '../processes/worker.ts';

export type HonestViewersCommands = {
  /** Settles when all of them are served. */
  connect: (order: {
    readonly port: number;
    readonly count: number;
    readonly token: string;
  }) => Promise<void>;
  /** From the timestamp of each sample to its arrival, since the last call, ms. */
  delays: () => number[];
  /** How late this process itself was in 1 of 100 cases since the last call, ms: no delay of the agent. */
  ownLateness: () => number;
  /** How long one more takes from the first packet to its first sample, ms. */
  visit: (order: { readonly port: number; readonly token: string }) => Promise<number>;
};

const SUBSCRIBE = { action: 'subscribe', metrics: ['*'], intervalMs: 100 };

let delays: number[] = [];
const RESOLUTION_MS = 1;
const lateness = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
lateness.enable();

serveCommands({
  async connect({ port, count, token }) {
    await Promise.all(
      Array.from({ length: count }, () => view(port, token, (delayMs) => delays.push(delayMs))),
    );
  },
  delays: () => {
    const found = delays;
    delays = [];
    return found;
  },
  ownLateness: () => {
    const lateMs = lateness.percentile(99) / 1e6 - RESOLUTION_MS;
    lateness.reset();
    return lateMs;
  },
  async visit({ port, token }) {
    const startMs = performance.now();
    const socket = await view(port, token, () => {});
    const tookMs = performance.now() - startMs;
    socket.close();
    return tookMs;
  },
} satisfies HonestViewersCommands);

function view(port: number, token: string, arrived: (delayMs: number) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${METRICS_PATH}`, SUBPROTOCOL);
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'auth', token }));
      socket.send(JSON.stringify(SUBSCRIBE));
    });
    socket.on('message', (frame: Buffer) => {
      const nowMs = performance.timeOrigin + performance.now();
      const { type, ts = Number.NaN } = JSON.parse(frame.toString()) as { type: string; ts?: number };
      if (type !== 'metrics') return;
      arrived(nowMs - ts);
      resolve(socket);
    });
    socket.on('error', reject);
  });
}
