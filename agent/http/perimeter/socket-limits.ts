import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { subscriberOf } from '../../auth/subscriber.ts';
import { plainAddress } from './trusted-proxies.ts';

/** Beside those of live connections: for pages, files and health checks. */
const SPARE = 256;
const SPARE_PER_ADDRESS = 64;
/** Of all, for this machine's own health checks. */
const RESERVED_FOR_LOOPBACK = 16;

export interface SocketLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Whether many clients may come from this address, as from a reverse proxy. */
  readonly isProxy: (address: string) => boolean;
}

/**
 * Bounds the TCP sockets of a server, whatever comes over them. When there are too many, those that have not said anything yet go first,
 * the oldest of them before the others: a client that means it says something at once.
 */
export class SocketLimits {
  readonly #options: SocketLimitsOptions;
  readonly #silent = new Map<string, Socket>();
  readonly #bySubscriber = new Map<string, number>();
  #open = 0;

  constructor(options: SocketLimitsOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#open;
  }

  guard(server: Server): void {
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** Something was read from this socket, or from the one inside its encryption. */
  spoke(socket: Socket): void {
    this.#silent.delete(keyOf(socket));
  }

  #opened(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const key = keyOf(socket);
    if (!this.#hasRoom(address)) {
      socket.resetAndDestroy();
      return;
    }
    const subscriber = subscriberOf(address);
    this.#open += 1;
    this.#bySubscriber.set(subscriber, (this.#bySubscriber.get(subscriber) ?? 0) + 1);
    this.#silent.set(key, socket);
    socket.once('close', () => {
      this.#open -= 1;
      this.#silent.delete(key);
      const left = (this.#bySubscriber.get(subscriber) ?? 1) - 1;
      if (left === 0) this.#bySubscriber.delete(subscriber);
      else this.#bySubscriber.set(subscriber, left);
    });
  }

  #hasRoom(address: string): boolean {
    const { maxConnections, maxConnectionsPerAddress, isProxy } = this.#options;
    const isLocal = isLoopback(address);
    const ofAddress = this.#bySubscriber.get(subscriberOf(address)) ?? 0;
    if (!isLocal && !isProxy(address) && ofAddress >= maxConnectionsPerAddress + SPARE_PER_ADDRESS)
      return false;
    const most = maxConnections + SPARE + (isLocal ? RESERVED_FOR_LOOPBACK : 0);
    if (this.#open < most) return true;
    const [oldest] = this.#silent.values();
    oldest?.resetAndDestroy();
    return oldest !== undefined;
  }
}

function keyOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
