/**
 * A server that the agent is compared with, and the length of its messages (`raw 250`). raw: TCP, writes the bytes of one WebSocket
 * frame to every socket. ws: a bare WebSocket server that sends one string to every client. Both send one to each that connects.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveCommands } from '../harness/worker.ts';

export type YardstickCommands = {
  /** Settles with the port. */
  listen: () => Promise<number>;
  setInterval: (intervalMs: number) => void;
};

/** The agent's own: with Node's default a storm of connections loses seconds. */
const BACKLOG = 4096;
const VALUES = [12.34, 45.67, 1_234_567_890, 23_456_789_012, 25_276_329_984];
const EMPTY = { type: 'metrics', sub: '', seq: 1000, prev: 999, ts: 1e12, values: VALUES };
const [kind, frameBytes] = process.argv.slice(2);
const PADDING = 'x'.repeat(Number(frameBytes) - JSON.stringify(EMPTY).length);

const [server, send] = kind === 'raw' ? serveRaw() : serveWs();
let intervalMs = 1000;
let seq = 1000;
let timer = schedule();

serveCommands({
  listen: async () => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  setInterval: (ms) => {
    intervalMs = ms;
    clearTimeout(timer);
    timer = schedule();
  },
} satisfies YardstickCommands);

/** At whole multiples of the interval by the wall clock, as the agent's sampler does. */
function schedule(): NodeJS.Timeout {
  const broadcast = (): void => {
    seq += 1;
    send(message());
    timer = schedule();
  };
  return setTimeout(broadcast, intervalMs - (Date.now() % intervalMs));
}

function message(): string {
  return JSON.stringify({ ...EMPTY, sub: PADDING, seq, prev: seq - 1, ts: Date.now() });
}

function serveRaw(): [Server, (text: string) => void] {
  const sockets = new Set<Socket>();
  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    socket.write(frameOf(message()));
  });
  return [
    tcp,
    (text) => {
      const frame = frameOf(text);
      for (const socket of sockets) socket.write(frame);
    },
  ];
}

/** FIN and text, 16 bits of length (RFC 6455, section 5.2). */
function frameOf(text: string): Buffer {
  const frame = Buffer.from(`\x81\x7e\0\0${text}`, 'latin1');
  frame.writeUInt16BE(text.length, 2);
  return frame;
}

function serveWs(): [Server, (text: string) => void] {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.send(message());
  });
  return [
    http,
    (text) => {
      for (const socket of sockets.clients) socket.send(text);
    },
  ];
}
