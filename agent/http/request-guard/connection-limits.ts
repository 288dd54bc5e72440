import { subscriberOf } from '../../addresses.ts';

/** Clients of one address that have not shown who they are. */
export const MAX_UNADMITTED_PER_ADDRESS = 8;

export interface ConnectionLimitsOptions {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** Which limit there is no more room under. */
export type FullLimit = 'all' | 'address' | 'unadmitted';

/** A live connection's place. Both may be called again. */
export interface Place {
  /** The client has shown who it is, or need not. */
  readonly admitted: () => void;
  readonly leave: () => void;
}

interface Count {
  open: number;
  unadmitted: number;
}

/** Counts live connections: WebSockets, event streams and polls that wait. An address of IPv6 counts with its whole /64. */
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

  /**
   * Takes a place for a client, or tells which limit is reached.
   * @param isStranger whether it has to show who it is, and has not yet
   */
  enter(address: string, isStranger: boolean): Place | FullLimit {
    const subscriber = subscriberOf(address);
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    const count = this.#counts.get(subscriber) ?? { open: 0, unadmitted: 0 };
    if (this.#open >= maxConnections) return 'all';
    if (count.open >= maxConnectionsPerAddress) return 'address';
    if (isStranger && count.unadmitted >= MAX_UNADMITTED_PER_ADDRESS) return 'unadmitted';
    this.#counts.set(subscriber, count);
    this.#open += 1;
    count.open += 1;
    if (isStranger) count.unadmitted += 1;
    let isAdmitted = !isStranger;
    let hasLeft = false;
    const admitted = (): void => {
      if (isAdmitted) return;
      isAdmitted = true;
      count.unadmitted -= 1;
    };
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      admitted();
      this.#open -= 1;
      count.open -= 1;
      if (count.open === 0) this.#counts.delete(subscriber);
    };
    return { admitted, leave };
  }
}
