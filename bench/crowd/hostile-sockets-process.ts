/** Sockets that do as little as they can to be kept: each that was closed comes again after a second. */
import { connect, type Socket } from 'node:net';
import { GreedyViewer } from './greedy-viewer.ts';
import { serveCommands } from '../processes/worker.ts';

export type HostileSocketsCommands = {
  /** Settles when all have been tried once. */
  start: (order: HostileOrder) => Promise<void>;
  /** How many there are, as far as is known here, and what became of the others so far. */
  look: () => {
    readonly slow: number;
    readonly silent: number;
    readonly greedy: number;
    readonly closed: number;
    readonly refused: number;
  };
  stop: () => void;
};

export interface HostileOrder {
  readonly port: number;
  /** Sockets whose request never ends (slowloris). */
  readonly slow: number;
  /** WebSockets that never say a word. */
  readonly silent: number;
  /** Viewers that show a token, read all they are sent, and ask for the whole past again and again. */
  readonly greedy: number;
  readonly token: string;
  /** How many addresses of this machine they come from. */
  readonly addresses: number;
}

const AGAIN_AFTER_MS = 1000;
const DRIP_EVERY_MS = 500;
/** So that they come one after the other, as from many machines. */
const SPREAD_MS = 2000;

let isOn = false;
let [closed, refused] = [0, 0];
const open: Record<'slow' | 'silent', Set<Socket>> = { slow: new Set(), silent: new Set() };
const greedy = new Set<GreedyViewer>();

serveCommands({
  async start(order) {
    isOn = true;
    [closed, refused] = [0, 0];
    for (let index = 0; index < order.slow; index += 1) later(() => dial('slow', order, index));
    for (let index = 0; index < order.silent; index += 1) later(() => dial('silent', order, index));
    for (let index = 0; index < order.greedy; index += 1) later(() => beGreedy(order, index));
    await new Promise((resolve) => {
      setTimeout(resolve, SPREAD_MS + AGAIN_AFTER_MS);
    });
  },
  look: () => ({ slow: open.slow.size, silent: open.silent.size, greedy: greedy.size, closed, refused }),
  stop: () => {
    isOn = false;
    for (const socket of [...open.slow, ...open.silent]) socket.resetAndDestroy();
    for (const viewer of greedy) viewer.leave();
  },
} satisfies HostileSocketsCommands);

setInterval(() => {
  for (const socket of open.slow) socket.write('X: y\r\n');
}, DRIP_EVERY_MS);

function later(task: () => void): void {
  setTimeout(task, Math.random() * SPREAD_MS);
}

function dial(kind: 'slow' | 'silent', order: HostileOrder, index: number): void {
  if (!isOn) return;
  const { port } = order;
  const localAddress = addressOf(order, index);
  const socket = connect({ port, host: '127.0.0.1', localAddress }, () => {
    open[kind].add(socket);
    socket.write(kind === 'slow' ? SLOW : SILENT);
  });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (kind === 'silent' && !chunk.toString('latin1').startsWith('HTTP/1.1 101') && chunk[0] === 0x48)
      refused += 1;
  });
  socket.on('close', () => {
    if (isOn && open[kind].has(socket)) closed += 1;
    open[kind].delete(socket);
    setTimeout(() => dial(kind, order, index), AGAIN_AFTER_MS);
  });
}

function beGreedy(order: HostileOrder, index: number): void {
  if (!isOn) return;
  const viewer = new GreedyViewer({ ...order, localAddress: addressOf(order, index) }, (wasOpen) => {
    if (isOn && wasOpen) closed += 1;
    else if (isOn) refused += 1;
    greedy.delete(viewer);
    setTimeout(() => beGreedy(order, index), AGAIN_AFTER_MS);
  });
  greedy.add(viewer);
}

function addressOf({ addresses }: HostileOrder, index: number): string {
  const address = index % addresses;
  return `127.77.${Math.floor(address / 250)}.${(address % 250) + 1}`;
}

const SLOW = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n';
const SILENT = [
  'GET /metrics HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n');
