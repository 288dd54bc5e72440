import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { clientKeyOf, isLoopback, plainAddress } from '../../addresses.ts';
import { reservedForFiles } from '../../open-files.ts';

/** Besides live connections: for pages, files and health checks. */
const SPARE = 256;
const SPARE_PER_ADDRESS = 64;
/** Beyond the limits, for health checks and 503 answers only; half of them are reserved for this machine. */
export const RESTRICTED_SOCKETS = 32;
const RESTRICTED_SOCKETS_FOR_OTHERS = 16;

/** The limit that is reached; `files` is the operating system's. */
export type SocketLimit = 'all' | 'address' | 'files';

export interface SocketLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How many files and sockets this process may have open. */
  readonly openFileLimit: number;
  /** Whether an address is a trusted proxy, which carries many clients. */
  readonly isProxy: (address: string) => boolean;
  /** Called when a limit is reached. */
  readonly onLimit: (limit: SocketLimit, address: string) => void;
}

/**
 * Limits the TCP sockets of a server. Beyond the limit, the oldest socket that has sent nothing yet is closed first: real clients send a request
 * at once.
 */
export class SocketLimits {
  readonly #options: SocketLimitsOptions;
  /** Descriptors from here on are reserved. The kernel assigns the lowest free one, so reaching it means that all below are in use. */
  readonly #descriptorsEnd: number;
  readonly #idle = new Map<string, Socket>();
  readonly #restricted = new Map<string, SocketLimit>();
  readonly #countByClient = new Map<string, number>();
  #open = 0;

  constructor(options: SocketLimitsOptions) {
    this.#options = options;
    this.#descriptorsEnd =
      options.openFileLimit - reservedForFiles(options.openFileLimit) - RESTRICTED_SOCKETS;
  }

  get open(): number {
    return this.#open;
  }

  guard(server: Server): void {
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** A request arrived on this socket, or on the TLS socket over it. */
  markActive(socket: Socket): void {
    this.#idle.delete(keyOf(socket));
  }

  /** The limit that restricts this socket (or the TLS socket over it) to a health check or a 503; `undefined` if unrestricted. */
  limitOf(socket: Socket): SocketLimit | undefined {
    return this.#restricted.get(keyOf(socket));
  }

  #opened(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const key = keyOf(socket);
    const limit = this.#limitFor(address, descriptorOf(socket));
    if (limit !== undefined) {
      this.#options.onLimit(limit, address);
      if (!this.#makeRoom(key, limit, address)) {
        socket.resetAndDestroy();
        return;
      }
    }
    const client = clientKeyOf(address);
    this.#open += 1;
    this.#countByClient.set(client, (this.#countByClient.get(client) ?? 0) + 1);
    this.#idle.set(key, socket);
    // Comes once by itself; `once` would keep three more objects for each socket.
    socket.on('close', () => {
      this.#open -= 1;
      this.#idle.delete(key);
      this.#restricted.delete(key);
      const left = (this.#countByClient.get(client) ?? 1) - 1;
      if (left === 0) this.#countByClient.delete(client);
      else this.#countByClient.set(client, left);
    });
  }

  #limitFor(address: string, descriptor: number): SocketLimit | undefined {
    const { maxConnections, maxConnectionsPerAddress, isProxy } = this.#options;
    const ofAddress = this.#countByClient.get(clientKeyOf(address)) ?? 0;
    if (
      !isLoopback(address) &&
      !isProxy(address) &&
      ofAddress >= maxConnectionsPerAddress + SPARE_PER_ADDRESS
    )
      return 'address';
    if (descriptor >= this.#descriptorsEnd) return 'files';
    return this.#open >= maxConnections + SPARE ? 'all' : undefined;
  }

  /** Accepts a socket as a restricted one, or in place of an idle one. Returns whether it may stay. */
  #makeRoom(key: string, limit: SocketLimit, address: string): boolean {
    if (limit === 'address') return false;
    const most = isLoopback(address) ? RESTRICTED_SOCKETS : RESTRICTED_SOCKETS_FOR_OTHERS;
    if (this.#restricted.size >= most) {
      const oldest = this.#oldestSilent(limit);
      if (oldest === undefined) return false;
      const wasRestricted = this.#restricted.delete(oldest);
      const socket = this.#idle.get(oldest);
      // Now, not on `close`: the next socket may arrive before that, and must not replace this one again.
      this.#idle.delete(oldest);
      socket?.resetAndDestroy();
      if (!wasRestricted) return true;
    }
    this.#restricted.set(key, limit);
    return true;
  }

  /** The socket to replace. For `files` a restricted one: the descriptor of any other would go to the next client, not to this one. */
  #oldestSilent(limit: SocketLimit): string | undefined {
    const keys = limit === 'files' ? this.#restricted.keys() : this.#idle.keys();
    for (const key of keys) if (this.#idle.has(key)) return key;
    return undefined;
  }
}

/** The file descriptor of a socket; -1 if unknown, as on Windows. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const isOpen = typeof handle === 'object' && handle !== null && 'fd' in handle;
  return isOpen && typeof handle.fd === 'number' ? handle.fd : -1;
}

function keyOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
