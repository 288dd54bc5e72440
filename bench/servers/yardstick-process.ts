/**
 * What the agent's fan-out is compared with, one kind per process:
 * - raw: a TCP server that writes the bytes of one frame to every socket
 * - ws: a bare WebSocket server that sends one string to every client
 * - socket.io: emits one object to every client, over WebSocket
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { Frame } from '../../agent/sessions/frame.ts';
import { serveCommands } from '../processes/worker.ts';
import { Broadcaster, type Broadcast } from './broadcast.ts';

export type YardstickCommands = {
  /** Settles with the port. */
  listen: () => Promise<number>;
  setInterval: (intervalMs: number) => void;
};

interface Yardstick {
  readonly server: Server;
  send(message: Broadcast): void;
}

/** As the agent's: Node's own loses time in a storm. */
const BACKLOG = 4096;

const KINDS: Record<string, (latest: () => Broadcast) => Yardstick | Promise<Yardstick>> = {
  raw: serveRaw,
  ws: serveWs,
  'socket.io': serveSocketIo,
};

const yardstick = await KINDS[process.argv[2] ?? '']?.(() => broadcaster.latest());
if (yardstick === undefined) throw new TypeError(`One of ${Object.keys(KINDS).join(', ')}, please`);
const { server } = yardstick;
const broadcaster = new Broadcaster((message) => yardstick.send(message));

serveCommands({
  listen: async () => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  setInterval: (intervalMs) => broadcaster.setInterval(intervalMs),
} satisfies YardstickCommands);

function serveRaw(): Yardstick {
  const sockets = new Set<Socket>();
  return {
    server: createTcpServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
    }),
    send(message) {
      const { wire } = Frame.of(JSON.stringify(message));
      for (const socket of sockets) socket.write(wire);
    },
  };
}

function serveWs(latest: () => Broadcast): Yardstick {
  const httpServer = createServer();
  const sockets = new WebSocketServer({ server: httpServer, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.send(JSON.stringify(latest()));
  });
  return {
    server: httpServer,
    send(message) {
      const text = JSON.stringify(message);
      for (const socket of sockets.clients) socket.send(text);
    },
  };
}

interface SocketIoServer {
  emit(event: string, message: unknown): void;
}

async function serveSocketIo(): Promise<Yardstick> {
  // Of bench/package.json: it may not be installed, so the compiler cannot know it.
  const name: string = 'socket.io';
  const { Server: Io } = (await import(name)) as {
    Server: new (server: Server, options: object) => SocketIoServer;
  };
  const httpServer = createServer();
  // It would take a process that was stopped for a while for one whose clients are all dead.
  const never = 24 * 60 * 60 * 1000;
  const options = { transports: ['websocket'], serveClient: false, pingInterval: never };
  const io = new Io(httpServer, options);
  return { server: httpServer, send: (message) => io.emit('metrics', message) };
}
