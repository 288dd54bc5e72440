import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { subscriberOf } from '../../addresses.ts';
import { keptForFiles } from '../../open-files.ts';
import { plainAddress } from './trusted-proxies.ts';

/** Beside those of live connections: for pages, files and health checks. */
const SPARE = 256;
const SPARE_PER_ADDRESS = 64;
/** Beyond all of those, for a health check, or to be told that there is no room: half of them are for this machine alone. */
export const SHORT_ANSWERS = 32;
const SHORT_ANSWERS_FOR_OTHERS = 16;

/** What there is no more room under: the settings, those for one address, or what the operating system gives this process. */
export type FullSockets = 'all' | 'address' | 'files';

export interface SocketLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How many files and sockets this process may have open. */
  readonly openFileLimit: number;
  /** Whether many clients may come from this address, as from a reverse proxy. */
  readonly isProxy: (address: string) => boolean;
  /** Told whenever a limit is reached, and by which address. */
  readonly full: (limit: FullSockets, address: string) => void;
}

/**
 * Bounds the TCP sockets of a server, whatever comes over them. When there are too many, those that have not said anything yet go first,
 * the oldest of them before the others: a client that means it says something at once.
 */
export class SocketLimits {
  readonly #options: SocketLimitsOptions;
  /** Descriptors from this number on are left to files and short answers. The kernel gives the lowest that is free, so all below are taken then. */
  readonly #descriptorsEnd: number;
  readonly #silent = new Map<string, Socket>();
  readonly #short = new Map<string, FullSockets>();
  readonly #bySubscriber = new Map<string, number>();
  #open = 0;

  constructor(options: SocketLimitsOptions) {
    this.#options = options;
    this.#descriptorsEnd = options.openFileLimit - keptForFiles(options.openFileLimit) - SHORT_ANSWERS;
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

  /** Why nothing but a short answer may go over this socket, or over the one that it is inside of; `undefined` where anything may. */
  shortFor(socket: Socket): FullSockets | undefined {
    return this.#short.get(keyOf(socket));
  }

  #opened(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const key = keyOf(socket);
    const limit = this.#limitFor(address, descriptorOf(socket));
    if (limit !== undefined) {
      this.#options.full(limit, address);
      if (!this.#makeRoom(key, limit, address)) {
        socket.resetAndDestroy();
        return;
      }
    }
    const subscriber = subscriberOf(address);
    this.#open += 1;
    this.#bySubscriber.set(subscriber, (this.#bySubscriber.get(subscriber) ?? 0) + 1);
    this.#silent.set(key, socket);
    socket.once('close', () => {
      this.#open -= 1;
      this.#silent.delete(key);
      this.#short.delete(key);
      const left = (this.#bySubscriber.get(subscriber) ?? 1) - 1;
      if (left === 0) this.#bySubscriber.delete(subscriber);
      else this.#bySubscriber.set(subscriber, left);
    });
  }

  #limitFor(address: string, descriptor: number): FullSockets | undefined {
    const { maxConnections, maxConnectionsPerAddress, isProxy } = this.#options;
    const ofAddress = this.#bySubscriber.get(subscriberOf(address)) ?? 0;
    if (
      !isLoopback(address) &&
      !isProxy(address) &&
      ofAddress >= maxConnectionsPerAddress + SPARE_PER_ADDRESS
    )
      return 'address';
    if (descriptor >= this.#descriptorsEnd) return 'files';
    return this.#open >= maxConnections + SPARE ? 'all' : undefined;
  }

  /** Lets a socket in for a short answer, or else to the place of one that is silent. */
  #makeRoom(key: string, limit: FullSockets, address: string): boolean {
    if (limit === 'address') return false;
    const most = isLoopback(address) ? SHORT_ANSWERS : SHORT_ANSWERS_FOR_OTHERS;
    if (this.#short.size >= most) {
      const oldest = this.#oldestSilent(limit);
      if (oldest === undefined) return false;
      const isShort = this.#short.delete(oldest);
      const socket = this.#silent.get(oldest);
      // It says that it has closed later than the next one comes, to which its place would be given again.
      this.#silent.delete(oldest);
      socket?.resetAndDestroy();
      if (!isShort) return true;
    }
    this.#short.set(key, limit);
    return true;
  }

  /** Whose place another gets. Where files are what is missing, one for a short answer: the number of any other goes to whoever comes next. */
  #oldestSilent(limit: FullSockets): string | undefined {
    const keys = limit === 'files' ? this.#short.keys() : this.#silent.keys();
    for (const key of keys) if (this.#silent.has(key)) return key;
    return undefined;
  }
}

/** The number that the kernel has given a socket; -1 where there is none to be known, as on Windows. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const isOpen = typeof handle === 'object' && handle !== null && 'fd' in handle;
  return isOpen && typeof handle.fd === 'number' ? handle.fd : -1;
}

function keyOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
