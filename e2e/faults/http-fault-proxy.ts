import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HttpFaults {
  /** Upgrades get 403, or never an answer. */
  readonly upgrades: 'forbidden' | 'unanswered';
  /** Buffers responses until they are complete, so that an event stream never arrives. */
  readonly isBuffering: boolean;
}

/** A proxy that supports HTTP but not WebSocket, as in many company networks. */
export class HttpFaultProxy {
  readonly #agentPort: number;
  readonly #faults: HttpFaults;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(agentPort: number, faults: HttpFaults) {
    this.#agentPort = agentPort;
    this.#faults = faults;
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.on('upgrade', (_request, socket: Duplex) => this.#refuse(socket));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** @param agentUrl `http://127.0.0.1:PORT/` */
  static async start(agentUrl: string, faults: HttpFaults): Promise<HttpFaultProxy> {
    const proxy = new HttpFaultProxy(Number(new URL(agentUrl).port), faults);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** URL to use in place of the agent's. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Settles when everything is closed. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #refuse(socket: Duplex): void {
    socket.on('error', () => {});
    if (this.#faults.upgrades === 'forbidden') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    }
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url, headers } = incoming;
    const target = { host: '127.0.0.1', port: this.#agentPort, method, path: url, headers, agent: false };
    const onward = send(target, (answer) => {
      answer.on('error', () => outgoing.destroy());
      const status = answer.statusCode ?? 502;
      if (!this.#faults.isBuffering) {
        outgoing.writeHead(status, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => outgoing.writeHead(status, answer.headers).end(Buffer.concat(chunks)));
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
