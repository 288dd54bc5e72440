import type { SubscriptionRequest } from '../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import { TransportLadder } from '../../shared/client/transport-ladder.ts';
import type { Clock } from '../../shared/clock.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/constants.ts';
import { browserClock } from '../browser/browser-clock.ts';
import { followPageLifecycle, isLocalAgent } from '../browser/page-lifecycle.ts';
import { LazyTransport } from '../transports/lazy-transport.ts';
import { WebSocketTransport } from '../transports/websocket.ts';

/** How long a connection outlives its last panel: frameworks remove elements before they insert their replacements. */
export const LINGER_MS = 2000;

/** Bytes that a subscription takes in a message in addition to its own properties: keys, punctuation, its position or its part of a cursor. */
const ENVELOPE_BYTES = 200;

/** Clients with equal addresses are the same to the agent, so they can be shared. */
export interface ClientAddress {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  readonly token: string | undefined;
}

/** A share in a client. */
export interface ClientLease {
  /** Start it after subscribing, even if it runs already. Never stop it: others may use it. */
  readonly client: MetricsClient;
  /**
   * Switches the connection to another token, if this is its only lease or the token is about to end for all of them. Returns
   * whether it did.
   */
  renew(token: string | undefined): boolean;
  /** Call once, after ending all subscriptions. */
  release(): void;
}

export interface OpenClient {
  readonly client: MetricsClient;
  close(): void;
}

interface SharedClient extends OpenClient {
  readonly agentUrl: string;
  token: string | undefined;
  leases: number;
  /** Subscriptions that the holders have or may make. */
  subscriptions: number;
  /** Size of one request for all of them, as one-way transports make it. */
  bytes: number;
  cancelLinger: () => void;
}

/**
 * The clients of a page: one per agent and token, and another only if the agent would not accept further subscriptions on that
 * connection. A client closes a little after its last lease ends.
 */
export class SharedClients {
  readonly #open: (address: ClientAddress) => OpenClient;
  readonly #clock: Clock;
  readonly #shared = new Set<SharedClient>();

  /** @param open makes a client without starting it */
  constructor(open: (address: ClientAddress) => OpenClient, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Clients in use or lingering. */
  get size(): number {
    return this.#shared.size;
  }

  /** @param requests every subscription that the holder may make */
  lease(address: ClientAddress, requests: readonly SubscriptionRequest[]): ClientLease {
    const bytes = requests.reduce((sum, request) => sum + bytesOf(request), 0);
    const shared = this.#withRoom(address, requests.length, bytes) ?? this.#add(address);
    shared.cancelLinger();
    shared.leases += 1;
    shared.subscriptions += requests.length;
    shared.bytes += bytes;
    return {
      client: shared.client,
      renew: (token) => renew(shared, token),
      release: () => {
        shared.leases -= 1;
        shared.subscriptions -= requests.length;
        shared.bytes -= bytes;
        if (shared.leases === 0) this.#linger(shared);
      },
    };
  }

  #withRoom({ agentUrl, token }: ClientAddress, count: number, bytes: number): SharedClient | undefined {
    return [...this.#shared].find((shared) => {
      const most = shared.client.welcome?.limits.maxSubscriptions ?? CLIENT_LIMITS.subscriptions;
      return (
        shared.agentUrl === agentUrl &&
        shared.token === token &&
        shared.subscriptions + count <= most &&
        shared.bytes + bytes <= CLIENT_LIMITS.messageBytes
      );
    });
  }

  #add(address: ClientAddress): SharedClient {
    const shared: SharedClient = {
      ...address,
      ...this.#open(address),
      leases: 0,
      subscriptions: 0,
      bytes: 0,
      cancelLinger: () => {},
    };
    this.#shared.add(shared);
    return shared;
  }

  #linger(shared: SharedClient): void {
    shared.cancelLinger = this.#clock.schedule(() => {
      this.#shared.delete(shared);
      shared.close();
    }, LINGER_MS);
  }
}

function renew(shared: SharedClient, token: string | undefined): boolean {
  const { client, leases } = shared;
  if (token === undefined || (leases > 1 && !client.isTokenExpiring)) return false;
  if (client.status.state !== 'connected') return false;
  shared.token = token;
  client.authenticate(token);
  return true;
}

function bytesOf(request: SubscriptionRequest): number {
  return JSON.stringify(request).length + ENVELOPE_BYTES;
}

const oneWayTransports = () => import('../transports/one-way-transports.ts');

function openClient({ agentUrl, token }: ClientAddress): OpenClient {
  const client = new MetricsClient({
    transport: new TransportLadder(
      [
        new WebSocketTransport(agentUrl),
        new LazyTransport('SSE', async () => new (await oneWayTransports()).SseTransport(agentUrl)),
        new LazyTransport(
          'long poll',
          async () => new (await oneWayTransports()).LongPollTransport(agentUrl),
        ),
      ],
      browserClock,
    ),
    clock: browserClock,
    random: Math.random,
    token,
  });
  const leavePage = followPageLifecycle(client, isLocalAgent(agentUrl));
  return {
    client,
    close: () => {
      leavePage();
      client.stop();
    },
  };
}

/** One set for each copy of this module that the page has loaded (docs/decisions/0018). */
export const pageClients = new SharedClients(openClient, browserClock);
