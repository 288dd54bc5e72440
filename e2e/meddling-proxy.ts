import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What a proxy on the way may do to the live protocol. Changed at any time. */
export interface Meddling {
  /** Answers WebSocket handshakes with 403. */
  blocksUpgrades: boolean;
  /** Passes nothing of an event stream on until it ends, as a proxy that buffers answers. */
  holdsEventStreams: boolean;
  /** The link is down: connections break, and new ones are refused. */
  isDown: boolean;
}

export interface MeddlingProxy {
  readonly url: string;
  meddle(change: Partial<Meddling>): void;
  /** Upgraded connections that are open now. */
  openWebSockets(): number;
  stop(): Promise<void>;
}

/** An HTTP proxy in front of the agent at `agentPort`, on loopback. */
export async function startMeddlingProxy(agentPort: number): Promise<MeddlingProxy> {
  const meddling: Meddling = { blocksUpgrades: false, holdsEventStreams: false, isDown: false };
  const sockets = new Set<Duplex>();
  const webSockets = new Set<Duplex>();

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url, headers } = incoming;
    const onward = request({ port: agentPort, host: '127.0.0.1', method, path: url, headers }, (answer) => {
      if (meddling.holdsEventStreams && answer.headers['content-type']?.startsWith('text/event-stream'))
        return;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };
  const upgrade = ({ url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (meddling.blocksUpgrades) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const onward: Socket = connect(agentPort, '127.0.0.1', () => {
      const pairs = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      onward.write(`GET ${url} HTTP/1.1\r\n${pairs.join('')}\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    webSockets.add(socket);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    socket.on('close', () => webSockets.delete(socket));
  };

  const server = createServer(forward).on('upgrade', upgrade);
  server.on('connection', (socket) => {
    if (meddling.isDown) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    meddle: (change) => {
      Object.assign(meddling, change);
      if (meddling.isDown) breakAll();
    },
    openWebSockets: () => webSockets.size,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}
