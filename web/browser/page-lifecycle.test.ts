import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '../../shared/protocol/codec.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { Transport, TransportConnection, TransportEvents } from '../../shared/client/transport.ts';
import { browserClock } from './browser-clock.ts';
import { followPageLifecycle, isLocalAgent } from './page-lifecycle.ts';

/** Counts attempts and open connections; `welcome` and `break` stand in for the agent. */
class FakeTransport implements Transport {
  readonly name = 'fake';
  readonly sent: string[] = [];
  events: TransportEvents | null = null;
  attempts = 0;
  open = 0;

  connect(_purpose: unknown, events: TransportEvents): TransportConnection {
    this.attempts += 1;
    this.open += 1;
    this.events = events;
    return {
      canSend: true,
      send: (text) => this.sent.push(text),
      renew: () => {},
      close: () => {
        this.open -= 1;
      },
    };
  }

  welcome(): void {
    this.events?.opened('fake');
    this.events?.received(
      encode({
        type: 'welcome',
        v: 1,
        server: { name: 'metrics-panel', version: '1.0.0' },
        heartbeat: { intervalMs: 15_000 },
        // No retries within the test unless something triggers one.
        reconnect: { baseMs: 3_600_000, capMs: 3_600_000 },
        limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
        transports: [],
        hosts: [],
        catalogue: [],
        tables: [],
      }),
    );
  }

  break(): void {
    this.open -= 1;
    this.events?.closed(1006, '');
  }
}

let transport: FakeTransport;
let client: MetricsClient;
let undo: () => void;

beforeEach(() => {
  transport = new FakeTransport();
  client = new MetricsClient({ transport, clock: browserClock, random: () => 0.9 });
  undo = followPageLifecycle(client, false);
  client.start();
  transport.welcome();
});
afterEach(() => {
  undo();
  client.stop();
});

function dispatch(target: EventTarget, type: string): void {
  target.dispatchEvent(
    type.startsWith('page') ? new PageTransitionEvent(type, { persisted: true }) : new Event(type),
  );
}

describe('a client that follows its page', () => {
  it('[RC-1] retries at once when the page becomes visible', () => {
    transport.break();
    expect(client.status.state).toBe('reconnecting');
    dispatch(document, 'visibilitychange');
    expect(transport.attempts).toBe(2);
  });

  it('[HB-2] checks its connection when the page becomes visible or thaws', () => {
    dispatch(document, 'visibilitychange');
    dispatch(document, 'resume');
    expect(transport.sent).toEqual(['ping', 'ping']);
  });

  it('[RC-1] does not retry while offline, and retries at once when back online', () => {
    dispatch(window, 'offline');
    transport.break();
    expect(client.status).toMatchObject({
      state: 'reconnecting',
      reason: 'This device is offline',
      retryAtMs: null,
    });
    dispatch(window, 'online');
    expect(transport.attempts).toBe(2);
  });

  it('[RC-2] has no connection while the page is in the back-forward cache, and one when it returns', () => {
    dispatch(window, 'pagehide');
    expect(transport.open).toBe(0);
    dispatch(window, 'pageshow');
    expect(transport.open).toBe(1);
    expect(transport.attempts).toBe(2);
  });

  it('ignores the page after the undo', () => {
    undo();
    transport.break();
    for (const [target, type] of [
      [document, 'visibilitychange'],
      [document, 'resume'],
      [window, 'offline'],
      [window, 'online'],
      [window, 'pagehide'],
      [window, 'pageshow'],
    ] as const) {
      dispatch(target, type);
    }
    expect(transport.attempts).toBe(1);
    expect(client.status.state).toBe('reconnecting');
  });
});

it.each([
  ['http://localhost:8080/', true],
  ['http://127.0.0.1:8080/', true],
  ['http://[::1]:8080/', true],
  ['https://example.org/', false],
  ['http://192.168.1.7:8080/', false],
  ['https://127.example.com/', false],
])('isLocalAgent(%s) is %s', (url, isLocal) => {
  expect(isLocalAgent(url)).toBe(isLocal);
});
