/**
 * A server that the agent is compared with, and the length of its messages (`raw 250`). raw: TCP, writes the bytes of one WebSocket
 * frame to every socket. ws: a bare WebSocket server that sends one string to every client. socket.io: from the folder that is named
 * third, emits to every client. All send one to each that connects.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
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
/** Numbered from 1 on, as the agent's are. */
let seq = 1;
const EMPTY = { type: 'metrics', sub: '', seq, prev: seq - 1, ts: 1e12, values: VALUES };
const [kind, textBytes, socketIo = ''] = process.argv.slice(2);
/** What socket.io writes around the event's argument. */
const AROUND = kind === 'socket.io' ? '42["metrics",]'.length : 0;
const PADDING = 'x'.repeat(Number(textBytes) - AROUND - JSON.stringify(EMPTY).length);

const [server, send] = kind === 'raw' ? serveRaw() : kind === 'ws' ? serveWs() : serveSocketIo(socketIo);
let intervalMs = 1000;
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
    send();
    timer = schedule();
  };
  return setTimeout(broadcast, intervalMs - (Date.now() % intervalMs));
}

function message(): object {
  return { ...EMPTY, sub: PADDING, seq, prev: seq - 1, ts: Date.now() };
}

function serveRaw(): [Server, () => void] {
  const sockets = new Set<Socket>();
  const tcp = createTcpServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    socket.write(frameOf(JSON.stringify(message())));
  });
  return [
    tcp,
    () => {
      const frame = frameOf(JSON.stringify(message()));
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

function serveWs(): [Server, () => void] {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.send(JSON.stringify(message()));
  });
  return [
    http,
    () => {
      const text = JSON.stringify(message());
      for (const socket of sockets.clients) socket.send(text);
    },
  ];
}

interface SocketIo {
  emit(event: string, message: object): void;
  on(event: 'connection', listener: (socket: SocketIo) => void): void;
}

function serveSocketIo(folder: string): [Server, () => void] {
  const { Server: Io } = createRequire(`${folder}/`)('socket.io') as {
    Server: new (server: Server, options: object) => SocketIo;
  };
  const http = createServer();
  // It would take a process that was stopped for a while for one whose clients are all dead.
  const io = new Io(http, {
    transports: ['websocket'],
    serveClient: false,
    pingTimeout: 24 * 60 * 60 * 1000,
  });
  io.on('connection', (socket) => socket.emit('metrics', message()));
  return [http, () => io.emit('metrics', message())];
}
