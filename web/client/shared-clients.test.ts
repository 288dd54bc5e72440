import { beforeEach, describe, expect, it } from 'vitest';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import type { Transport, TransportEvents } from '../../shared/client/transport.ts';
import { HeldClock } from '../testing/held-clock.ts';
import { LINGER_MS, SharedClients, type ClientAddress, type ClientLease } from './shared-clients.ts';

const HERE: ClientAddress = { agentUrl: 'http://here/', token: undefined };
const CPU = { metrics: ['cpu'], backfill: 20 };

let clock: HeldClock;
let opened: ClientAddress[];
let closed: ClientAddress[];
let newest: TransportEvents | null;
let clients: SharedClients;

const transport: Transport = {
  name: 'fake',
  connect: (_purpose, events) => {
    newest = events;
    return { canSend: true, send: () => {}, renew: () => {}, close: () => {} };
  },
};

beforeEach(() => {
  clock = new HeldClock();
  opened = [];
  closed = [];
  clients = new SharedClients((address) => {
    opened.push(address);
    return {
      client: new MetricsClient({ transport, clock: new HeldClock(), random: () => 0 }),
      close: () => closed.push(address),
    };
  }, clock);
});

function lease(count = 1, address = HERE): ClientLease {
  return clients.lease(
    address,
    Array.from({ length: count }, () => CPU),
  );
}

/** Number of different clients of the leases. */
function clientCount(leases: readonly ClientLease[]): number {
  return new Set(leases.map(({ client }) => client)).size;
}

describe('the clients of a page', () => {
  it('are one for each agent and token', () => {
    const leases = [
      lease(),
      lease(),
      lease(1, { ...HERE, token: 'a' }),
      lease(1, { ...HERE, token: 'a' }),
      lease(1, { ...HERE, token: '' }),
      lease(1, { ...HERE, agentUrl: 'http://there/' }),
    ];
    expect(clientCount(leases)).toBe(4);
    expect(opened.map(({ agentUrl, token }) => [agentUrl, token])).toEqual([
      ['http://here/', undefined],
      ['http://here/', 'a'],
      ['http://here/', ''],
      ['http://there/', undefined],
    ]);
  });

  it('stay open while there is a lease, and a little longer', () => {
    const [first, second] = [lease(), lease()];
    first.release();
    clock.advance(LINGER_MS * 10);
    expect(closed).toEqual([]);
    second.release();
    clock.advance(LINGER_MS - 1);
    expect(closed).toEqual([]);
    clock.advance(1);
    expect(closed).toHaveLength(1);
    expect(clients.size).toBe(0);
    expect(lease().client).not.toBe(first.client);
  });

  it('are reused by a lease while they linger', () => {
    const first = lease();
    first.release();
    clock.advance(LINGER_MS - 1);
    const second = lease();
    expect(second.client).toBe(first.client);
    clock.advance(LINGER_MS * 10);
    expect(closed).toEqual([]);
    second.release();
    clock.advance(LINGER_MS);
    expect(closed).toHaveLength(1);
  });

  it('are as many as all subscriptions need, and reuse what was released', () => {
    const perPanel = 2;
    const most = CLIENT_LIMITS.subscriptions / perPanel;
    const leases = Array.from({ length: most }, () => lease(perPanel));
    expect(clientCount(leases)).toBe(1);
    expect(clientCount([...leases, lease(1)])).toBe(2);
    leases[0]?.release();
    expect(lease(perPanel).client).toBe(leases[1]?.client);
    expect(clients.size).toBe(2);
  });

  it("keep to the agent's own limit", () => {
    const first = lease(2);
    first.client.start();
    newest?.opened('fake');
    newest?.received(
      encode({
        type: 'welcome',
        v: 1,
        server: { name: 'metrics-panel', version: '1.0.0' },
        heartbeat: { intervalMs: 15_000 },
        reconnect: { baseMs: 500, capMs: 4000 },
        limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 3, maxMessageBytes: 1 },
        transports: [],
        hosts: [],
        catalogue: [],
        tables: [],
      }),
    );
    expect(lease(1).client).toBe(first.client);
    expect(lease(1).client).not.toBe(first.client);
  });

  it('are more if one request of a one-way transport could not hold all subscriptions', () => {
    const long = { metrics: Array.from({ length: 40 }, (_, n) => `${'name'.repeat(50)}${n}`) };
    const leases = [clients.lease(HERE, [long]), clients.lease(HERE, [long]), clients.lease(HERE, [long])];
    expect(clientCount(leases)).toBe(2 + 1);
    expect(clientCount([...leases, lease()])).toBe(3);
  });

  it('are at most one, with one timer, after a thousand leases', () => {
    for (let n = 0; n < 1000; n += 1) lease(2).release();
    expect(opened).toHaveLength(1);
    expect(clock.timerCount).toBe(1);
    clock.advance(LINGER_MS);
    expect([clients.size, clock.timerCount, closed.length]).toEqual([0, 0, 1]);
  });
});
