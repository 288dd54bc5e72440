import { clientKeyOf } from '../../addresses.ts';

/** Connections of one address that have not sent a good token yet. */
export const MAX_UNAUTHENTICATED_PER_ADDRESS = 8;

export interface ConnectionLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** The limit that is reached. */
export type ConnectionLimit = 'all' | 'address' | 'unauthenticated';

/** A reserved live connection. Both functions may be called repeatedly. */
export interface Reservation {
  /** The client has authenticated, or need not. */
  readonly markAuthenticated: () => void;
  readonly release: () => void;
}

interface Count {
  open: number;
  unauthenticated: number;
}

/** Counts live connections: WebSockets, event streams and waiting polls. An IPv6 address counts with its /64. */
export class ConnectionLimits {
  readonly #options: ConnectionLimitsOptions;
  readonly #counts = new Map<string, Count>();
  #open = 0;

  constructor(options: ConnectionLimitsOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#open;
  }

  /** Reserves a connection, or returns the limit that is reached. @param needsToken whether the client has yet to authenticate */
  reserve(address: string, needsToken: boolean): Reservation | ConnectionLimit {
    const key = clientKeyOf(address);
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    const count = this.#counts.get(key) ?? { open: 0, unauthenticated: 0 };
    if (this.#open >= maxConnections) return 'all';
    if (count.open >= maxConnectionsPerAddress) return 'address';
    if (needsToken && count.unauthenticated >= MAX_UNAUTHENTICATED_PER_ADDRESS) return 'unauthenticated';
    this.#counts.set(key, count);
    this.#open += 1;
    count.open += 1;
    if (needsToken) count.unauthenticated += 1;
    let isAuthenticated = !needsToken;
    let isReleased = false;
    const markAuthenticated = (): void => {
      if (isAuthenticated) return;
      isAuthenticated = true;
      count.unauthenticated -= 1;
    };
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      markAuthenticated();
      this.#open -= 1;
      count.open -= 1;
      if (count.open === 0) this.#counts.delete(key);
    };
    return { markAuthenticated, release };
  }
}
