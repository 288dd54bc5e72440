import type { SubscriptionRequest } from '../../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../../shared/client/metrics-client.ts';
import { TransportLadder } from '../../../shared/client/transport-ladder.ts';
import type { Clock } from '../../../shared/clock.ts';
import { CLIENT_LIMITS } from '../../../shared/protocol/constants.ts';
import { browserClock } from '../../browser-clock.ts';
import { followPageLifecycle, isLocalAgent } from '../../page-lifecycle.ts';
import { LazyTransport } from '../../transports/lazy-transport.ts';
import { WebSocketTransport } from '../../transports/websocket.ts';

/** How long a connection outlives its last panel: a framework takes elements away before it puts others in their place. */
export const LINGER_MS = 2000;

/** What a subscription adds to its wishes in a request: names, punctuation, its position or its share of a cursor. */
const ENVELOPE_BYTES = 200;

/** Whom a client speaks to. Two that are equal are the same to the agent, and may be one. */
export interface ClientAddress {
  /** `http(s)://` address of the agent. */
  readonly agentUrl: string;
  readonly token: string | undefined;
}

/** A share in a client. */
export interface ClientLease {
  /** To be started by whoever subscribes, however many have done so. Never to be stopped: others may follow it. */
  readonly client: MetricsClient;
  /**
   * Goes on with another token in the same connection, if that is this holder's to decide: it is the only one, or the token is about to
   * end for all of them. Returns whether it did.
   */
  renew(token: string | undefined): boolean;
  /** Gives the share back, once; what was subscribed is taken back before. */
  release(): void;
}

/** A client, and how to end it. */
export interface OpenClient {
  readonly client: MetricsClient;
  close(): void;
}

interface SharedClient extends OpenClient {
  readonly agentUrl: string;
  token: string | undefined;
  leases: number;
  /** Subscriptions that its holders have, or may still make. */
  subscriptions: number;
  /** What those take in a request that names all of them, as transports without a way back make. */
  bytes: number;
  cancelLinger: () => void;
}

/**
 * The clients of a page: one for each agent and token, however many follow it, and another only when the agent would take no
 * more subscriptions on that connection. The last who leaves closes it, a little later.
 */
export class SharedClients {
  readonly #open: (address: ClientAddress) => OpenClient;
  readonly #clock: Clock;
  readonly #shared = new Set<SharedClient>();

  /** @param open makes a client that has not been started */
  constructor(open: (address: ClientAddress) => OpenClient, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** Clients that are held, or linger. */
  get size(): number {
    return this.#shared.size;
  }

  /** @param requests all that will be subscribed at any time */
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

const oneWayTransports = () => import('../../transports/one-way-transports.ts');

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
    ...(token === undefined ? {} : { token }),
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

/** Those of this page; of this copy of the module, where a page has loaded several (docs/decisions/0018). */
export const pageClients = new SharedClients(openClient, browserClock);
