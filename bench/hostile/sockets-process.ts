/** Hostile connections of one kind; each that was closed comes back after a second. */
import { connect } from 'node:net';
import { serveCommands } from '../harness/worker.ts';
import { GreedyViewer } from './greedy-viewer.ts';

/** A request that never ends (slowloris), a WebSocket that never says a word, a viewer that requests the whole past. */
export type HostileKind = 'slow' | 'silent' | 'greedy';

export interface HostileOrder {
  readonly port: number;
  readonly token: string;
  readonly counts: Readonly<Partial<Record<HostileKind, number>>>;
  /** How many addresses of 127.0.0.0/8 they come from. */
  readonly addresses: number;
}

export type HostileCommands = {
  /** Settles when each has been tried once. */
  start: (order: HostileOrder) => Promise<void>;
  /** How many are open, or being opened, and how many were closed since the start. */
  look: () => { readonly open: number; readonly closed: number };
};

const AGAIN_AFTER_MS = 1000;
const DRIP_EVERY_MS = 500;
/** They come one after the other, as from many machines. */
const SPREAD_MS = 2000;
const SLOW = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n';
const SILENT =
  'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

let open = 0;
let closed = 0;

serveCommands({
  async start(order) {
    for (const [kind, count] of Object.entries(order.counts) as [HostileKind, number][]) {
      for (let index = 0; index < count; index += 1) {
        setTimeout(() => begin(kind, order, index), Math.random() * SPREAD_MS);
      }
    }
    await new Promise((resolve) => {
      setTimeout(resolve, SPREAD_MS + AGAIN_AFTER_MS);
    });
  },
  look: () => ({ open, closed }),
} satisfies HostileCommands);

function begin(kind: HostileKind, order: HostileOrder, index: number): void {
  const address = index % order.addresses;
  const localAddress = `127.77.${Math.floor(address / 250)}.${(address % 250) + 1}`;
  open += 1;
  const ended = (): void => {
    open -= 1;
    closed += 1;
    setTimeout(() => begin(kind, order, index), AGAIN_AFTER_MS);
  };
  if (kind === 'greedy') {
    void new GreedyViewer({ ...order, localAddress }, ended);
    return;
  }
  const socket = connect({ port: order.port, host: '127.0.0.1', localAddress }, () => {
    socket.write(kind === 'slow' ? SLOW : SILENT);
  });
  const drip = setInterval(() => {
    if (kind === 'slow') socket.write('X: y\r\n');
  }, DRIP_EVERY_MS);
  socket.on('error', () => {});
  socket.resume().on('close', () => {
    clearInterval(drip);
    ended();
  });
}
