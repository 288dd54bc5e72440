import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import { encode } from '../protocol/codec.ts';
import type { Host, ServerMessage, Subscribed, WelcomeMessage } from '../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { SampleTable } from './client-subscription.ts';
import { MetricsClient, type MetricsClientOptions } from './metrics-client.ts';
import type { ConnectionPurpose, Transport, TransportConnection, TransportEvents } from './transport.ts';

interface FakeConnection {
  readonly purpose: ConnectionPurpose;
  readonly events: TransportEvents;
  readonly sent: unknown[];
  isClosed: boolean;
  renewals: number;
}

/** A transport whose other end is the test. */
class FakeTransport implements Transport {
  readonly name = 'fake';
  readonly connections: FakeConnection[] = [];
  canSend = true;

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    const connection: FakeConnection = { purpose, events, sent: [], isClosed: false, renewals: 0 };
    this.connections.push(connection);
    return {
      canSend: this.canSend,
      send: (text) => connection.sent.push(text === 'ping' ? text : JSON.parse(text)),
      renew: () => {
        connection.renewals += 1;
      },
      close: () => {
        connection.isClosed = true;
      },
    };
  }

  get newest(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nothing connected');
    return connection;
  }

  open(): void {
    this.newest.events.opened(this.name);
  }

  receive(...messages: ServerMessage[]): void {
    for (const message of messages) this.newest.events.received(encode(message));
  }
}

const clock: Clock = {
  now: () => Date.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

const HERE: Host = { id: 'here', label: 'here', facts: {} };
const welcome: WelcomeMessage = {
  type: 'welcome',
  v: 1,
  server: { name: 'metrics-panel', version: '1.0.0' },
  heartbeat: { intervalMs: 15_000 },
  reconnect: { baseMs: 500, capMs: 4000 },
  limits: {
    minIntervalMs: 1000,
    maxBackfill: 900,
    maxMetrics: 64,
    maxSubscriptions: 64,
    maxMessageBytes: 16_384,
  },
  transports: ['websocket'],
  hosts: [HERE],
  catalogue: [],
  tables: [],
};

function subscribed(epoch = 'a', seq = 0): Subscribed {
  const series = [{ name: 'cpu', label: 'CPU', unit: 'percent', min: 0, max: 100 }];
  return {
    type: 'subscribed',
    sub: '1',
    host: 'here',
    epoch,
    seq,
    intervalMs: 1000,
    recovered: false,
    series,
    tables: [],
    id: '1',
  };
}

function sample(seq: number, prev = seq - 1): ServerMessage {
  return { type: 'metrics', sub: '1', seq, prev, ts: seq * 1000, values: [seq] };
}

let transport: FakeTransport;
let client: MetricsClient;
let statuses: ConnectionStatus[];
let seqs: number[];
const listener = {
  subscribed: vi.fn<(announcement: Subscribed) => void>(),
  sample: (one: { seq: number }) => seqs.push(one.seq),
  gap: vi.fn<(gap: unknown) => void>(),
  refused: vi.fn<(error: unknown) => void>(),
};

function makeClient(options: Partial<MetricsClientOptions> = {}): void {
  transport = new FakeTransport();
  client = new MetricsClient({ transport, clock, random: () => 0.5, ...options });
  statuses = [];
  seqs = [];
  client.onStatus((status) => statuses.push(status));
}

function openAndWelcome(): void {
  transport.open();
  transport.receive(welcome);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.clearAllMocks();
  makeClient();
  return () => vi.useRealTimers();
});

describe('MetricsClient', () => {
  it('is connected when welcomed, not when the transport opens', () => {
    client.start();
    transport.open();
    expect(client.status).toEqual({ state: 'connecting' });
    transport.receive(welcome);
    expect(client.status).toEqual({ state: 'connected', transport: 'fake' });
    expect(client.welcome).toEqual({ ...welcome, hosts: [{ ...HERE, catalogue: [], tables: [] }] });
  });

  it('sends nothing before the welcome, then subscribes', () => {
    client.subscribe({ metrics: ['cpu'], backfill: 20 }, listener);
    client.start();
    transport.open();
    expect(transport.newest.sent).toEqual([]);
    transport.receive(welcome);
    expect(transport.newest.sent).toEqual([
      { action: 'subscribe', sub: '1', id: '1', metrics: ['cpu'], backfill: 20 },
    ]);
  });

  it('asks for batches if it is told to, and takes what comes in them one by one', () => {
    client.subscribe({ metrics: ['cpu'], batchMs: 2000 }, listener);
    client.start();
    openAndWelcome();
    expect(transport.newest.sent).toMatchObject([{ metrics: ['cpu'], batchMs: 2000 }]);
    transport.receive({ ...subscribed(), batchMs: 2000 }, sample(1));
    transport.receive({ type: 'batch', messages: [sample(2), sample(3)] });
    expect(listener.subscribed).toHaveBeenCalledWith({ ...subscribed(), batchMs: 2000 });
    expect(seqs).toEqual([1, 2, 3]);
  });

  it('reads binary frames by the decoder of their connection, and text as ever', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    const messages: unknown[] = [{ type: 'batch', messages: [subscribed(), sample(1)] }, sample(2)];
    transport.newest.events.opened('fake', { decode: ([index = 0]) => messages[index] });
    transport.receive(welcome);
    for (const index of messages.keys()) transport.newest.events.received(Uint8Array.of(index));
    expect(seqs).toEqual([1, 2]);
    client.stop();
    client.start();
    openAndWelcome();
    transport.newest.events.received(Uint8Array.of(0));
    expect(client.status).toMatchObject({ reason: expect.stringContaining('not understood') });
  });

  it('sends its token first', () => {
    makeClient({ token: 'secret' });
    client.start();
    transport.open();
    expect(transport.newest.sent).toEqual([{ type: 'auth', token: 'secret' }]);
  });

  it('reports that its token is about to expire, and sends another over the same connection', () => {
    makeClient({ token: 'old' });
    let told = 0;
    const undo = client.onTokenExpiring(() => {
      told += 1;
    });
    client.start();
    transport.open();
    transport.receive({ type: 'auth_success' }, welcome, { type: 'auth_expiring', inMs: 60_000 });
    expect([told, client.isTokenExpiring]).toEqual([1, true]);
    client.authenticate('new');
    expect(transport.newest.sent.at(-1)).toEqual({ type: 'auth', token: 'new' });
    expect([transport.connections.length, client.isTokenExpiring]).toEqual([1, false]);
    undo();
    transport.receive({ type: 'auth_success' }, { type: 'auth_expiring', inMs: 60_000 });
    expect(told).toBe(1);
    transport.newest.events.closed(CLOSE_CODES.goingAway, '');
    vi.advanceTimersByTime(60_000);
    transport.open();
    expect(transport.newest.sent).toEqual([{ type: 'auth', token: 'new' }]);
  });

  it('reports why the agent ended a subscription', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), { type: 'unsubscribed', sub: '1', reason: 'unknown_metric' });
    expect(listener.refused).toHaveBeenCalledExactlyOnceWith({
      error: 'The token does not show this any more',
      code: 'unknown_metric',
    });
  });

  it('asks again for a host that was removed, since another may have taken its place', () => {
    client.subscribe({ metrics: ['cpu'], host: 'web-1' }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), sample(1, 0));
    const asked = transport.newest.sent.length;
    transport.receive({ type: 'unsubscribed', sub: '1', reason: 'unknown_host' });
    expect(transport.newest.sent.slice(asked)).toMatchObject([
      { action: 'subscribe', sub: '1', host: 'web-1', since: { seq: 1 } },
    ]);
    expect(listener.refused).not.toHaveBeenCalled();
    transport.receive({ type: 'error', id: '1', code: 'unknown_host', error: 'Unknown host' });
    expect(listener.refused).toHaveBeenCalledOnce();
    expect(transport.newest.sent).toHaveLength(asked + 1);
  });

  it('continues after a sample that another client of the agent has had', () => {
    const since = { epoch: 'e', seq: 7, ts: 70 };
    client.subscribe({ metrics: ['cpu'], since }, listener);
    client.start();
    openAndWelcome();
    expect(transport.newest.sent.at(-1)).toMatchObject({ since });
    transport.receive({ ...subscribed(), epoch: 'e' }, sample(8, 7));
    expect(seqs).toEqual([8]);
  });

  it('delivers samples in order, batches flattened', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), { type: 'batch', messages: [sample(1, 0), sample(2)] }, sample(3));
    expect(seqs).toEqual([1, 2, 3]);
  });

  it('[RT-9] follows a new announcement of series without subscribing again', () => {
    client.subscribe({ metrics: ['*'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), sample(1, 0), sample(2));
    const asked = transport.newest.sent.length;
    const series = ['cpu', 'disk'].map((name) => ({ name, label: name, unit: 'percent' }));
    transport.receive({ ...subscribed('a', 2), recovered: true, series }, {
      ...sample(3),
      values: [1, 2],
    } as ServerMessage);
    expect(listener.subscribed).toHaveBeenLastCalledWith(expect.objectContaining({ series }));
    expect(seqs).toEqual([1, 2, 3]);
    expect(transport.newest.sent).toHaveLength(asked);
  });

  it('delivers the tables it subscribed to', () => {
    const table = vi.fn<(table: SampleTable) => void>();
    client.subscribe({ metrics: [], tables: ['processes'] }, { ...listener, table });
    client.start();
    openAndWelcome();
    expect(transport.newest.sent).toMatchObject([{ metrics: [], tables: ['processes'] }]);
    transport.receive({ ...subscribed(), series: [] });
    transport.receive({ type: 'table', sub: '1', table: 'processes', seq: 4, ts: 4000, rows: [[1, 'init']] });
    expect(table.mock.calls).toEqual([
      [{ table: 'processes', seq: 4, timestampMs: 4000, rows: [[1, 'init']] }],
    ]);
  });

  it('reports the welcome again when the host has changed', () => {
    const welcomed = vi.fn<(welcome: WelcomeMessage) => void>();
    client.onWelcome(welcomed);
    client.start();
    openAndWelcome();
    transport.receive({
      type: 'host',
      id: 'here',
      label: 'here',
      facts: { kernel: '6.1' },
      catalogue: [],
      tables: [],
    });
    expect(welcomed.mock.lastCall).toEqual([
      { ...welcome, hosts: [{ ...HERE, facts: { kernel: '6.1' }, catalogue: [], tables: [] }] },
    ]);
    expect(client.welcome).toEqual(welcomed.mock.lastCall?.[0]);
  });

  describe('after a reconnect', () => {
    const reconnect = (): void => {
      transport.newest.events.closed(1006, '');
      vi.advanceTimersByTime(1000);
      openAndWelcome();
    };

    beforeEach(() => {
      client.subscribe({ metrics: ['cpu'], backfill: 20 }, listener);
      client.start();
      openAndWelcome();
      transport.receive(subscribed(), sample(1), sample(2));
    });

    it('[RT-4] subscribes from the last sample it has', () => {
      reconnect();
      expect(transport.newest.sent).toEqual([
        { action: 'subscribe', sub: '1', id: '1', metrics: ['cpu'], since: { epoch: 'a', seq: 2, ts: 2000 } },
      ]);
      transport.receive(subscribed('a', 4), { type: 'batch', messages: [sample(3), sample(4)] }, sample(5));
      expect(seqs).toEqual([1, 2, 3, 4, 5]);
      expect(listener.gap).not.toHaveBeenCalled();
    });

    it('[RT-5] delivers the gap before the samples that the agent still has, and continues from there', () => {
      reconnect();
      const gap = {
        type: 'gap',
        sub: '1',
        from: 3,
        to: 9,
        fromTs: 2000,
        toTs: 10_000,
        reason: 'evicted',
      } as const;
      transport.receive(subscribed('a', 11), gap, sample(10), sample(11));
      expect(listener.gap).toHaveBeenCalledExactlyOnceWith({
        from: 3,
        to: 9,
        fromMs: 2000,
        toMs: 10_000,
        reason: 'evicted',
      });
      expect(seqs).toEqual([1, 2, 10, 11]);
    });

    it('[RT-6] follows a restarted agent, whose seq begins at 1', () => {
      reconnect();
      const gap = {
        type: 'gap',
        sub: '1',
        from: 1,
        to: 0,
        fromTs: 2000,
        toTs: 1000,
        reason: 'agent_restart',
      } as const;
      transport.receive(subscribed('b', 1), gap, sample(1, 0), sample(2));
      expect(seqs).toEqual([1, 2, 1, 2]);
      reconnect();
      expect(transport.newest.sent).toEqual([
        expect.objectContaining({ since: { epoch: 'b', seq: 2, ts: 2000 } }),
      ]);
    });
  });

  it('[RT-9] drops a frame that does not follow the last, and all others until its new subscription is announced', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), sample(1, 0), sample(3), sample(4));
    expect(seqs).toEqual([1]);
    expect(transport.newest.sent).toHaveLength(2);
    expect(transport.newest.sent.at(-1)).toMatchObject({ since: { epoch: 'a', seq: 1 } });
    transport.receive(subscribed('a', 4), sample(2), sample(3), sample(4), sample(5));
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('[RT-9] takes a frame whose seq jumps if prev proves that nothing is missing', () => {
    client.subscribe({ metrics: ['cpu'], intervalMs: 5000 }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), sample(7, 0), sample(10, 7), sample(15, 10));
    expect(seqs).toEqual([7, 10, 15]);
  });

  it('[HB-2] abandons a connection after two heartbeat intervals and 5 s of silence', () => {
    client.start();
    openAndWelcome();
    vi.advanceTimersByTime(34_999);
    transport.receive({ type: 'heartbeat', ts: 1 });
    vi.advanceTimersByTime(34_999);
    expect(client.status.state).toBe('connected');
    vi.advanceTimersByTime(1);
    expect(client.status).toMatchObject({
      state: 'reconnecting',
      reason: 'Nothing was heard from the agent',
    });
    expect(transport.newest.isClosed).toBe(true);
  });

  it('[HB-2] checks for silence at once on request, since timers may have been suspended', () => {
    client.start();
    openAndWelcome();
    vi.setSystemTime(Date.now() + 60_000);
    client.checkAlive();
    expect(client.status.state).toBe('reconnecting');
  });

  it('[HB-2] pings an agent that may be gone, and abandons the connection after 5 s without an answer', () => {
    client.start();
    openAndWelcome();
    client.checkAlive();
    expect(transport.newest.sent).toEqual(['ping']);
    vi.advanceTimersByTime(1000);
    transport.newest.events.received('pong');
    vi.advanceTimersByTime(5000);
    expect(client.status.state).toBe('connected');
    client.checkAlive();
    vi.advanceTimersByTime(5000);
    expect(client.status.state).toBe('reconnecting');
  });

  it('reports the round trip time of each ping', () => {
    const roundTrips: number[] = [];
    const ask = (): boolean => client.ping((ms) => roundTrips.push(ms));
    expect(ask()).toBe(false);
    client.start();
    openAndWelcome();
    expect(ask()).toBe(true);
    vi.advanceTimersByTime(20);
    client.checkAlive();
    ask();
    expect(transport.newest.sent).toEqual(['ping', 'ping', 'ping']);
    vi.advanceTimersByTime(10);
    for (let pong = 0; pong < 4; pong += 1) transport.newest.events.received('pong');
    expect(roundTrips).toEqual([30, 10]);
  });

  it('forgets unanswered pings with the connection, and does not ping over a one-way connection', () => {
    const roundTrips: number[] = [];
    client.start();
    openAndWelcome();
    client.ping((ms) => roundTrips.push(ms));
    transport.newest.events.closed(1006, '');
    vi.advanceTimersByTime(60_000);
    transport.canSend = false;
    openAndWelcome();
    transport.newest.events.received('pong');
    expect(roundTrips).toEqual([]);
    transport.newest.events.closed(1006, '');
    vi.advanceTimersByTime(60_000);
    openAndWelcome();
    expect(client.ping(() => {})).toBe(false);
  });

  it('[RC-1] makes no attempt while held, and one at once when released', () => {
    client.start();
    openAndWelcome();
    client.hold();
    expect(client.status.state).toBe('connected');
    transport.newest.events.closed(1006, '');
    expect(client.status).toEqual({
      state: 'reconnecting',
      reason: 'This device is offline',
      retryAtMs: null,
    });
    vi.advanceTimersByTime(600_000);
    expect(transport.connections).toHaveLength(1);
    client.release();
    expect(transport.connections).toHaveLength(2);
  });

  it('renews a one-way connection instead of sending, with the positions of its subscriptions', () => {
    transport.canSend = false;
    client.start();
    openAndWelcome();
    const unsubscribe = client.subscribe({ metrics: ['cpu'] }, listener);
    expect(transport.newest.renewals).toBe(1);
    transport.receive(subscribed(), sample(4, 0));
    expect(transport.newest.purpose.subscriptions()).toEqual([
      expect.objectContaining({ since: { epoch: 'a', seq: 4, ts: 4000 } }),
    ]);
    unsubscribe();
    expect(transport.newest.renewals).toBe(2);
    expect(transport.newest.purpose.subscriptions()).toEqual([]);
  });

  it('[RC-1] reconnects with full jitter that doubles up to the cap of the agent', () => {
    client.start();
    openAndWelcome();
    const delays: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      transport.newest.events.closed(1006, '');
      const { status } = client;
      if (status.state !== 'reconnecting' || status.retryAtMs === null) throw new Error(status.state);
      delays.push(status.retryAtMs - Date.now());
      vi.advanceTimersToNextTimer();
    }
    expect(delays).toEqual([250, 500, 1000, 2000, 2000, 2000]);
  });

  it('[RC-1] restarts the backoff after 5 s of stable connection, not when it opens', () => {
    client.start();
    const lose = (): number => {
      transport.newest.events.closed(1006, '');
      const { status } = client;
      if (status.state !== 'reconnecting' || status.retryAtMs === null) throw new Error(status.state);
      const delay = status.retryAtMs - Date.now();
      vi.advanceTimersByTime(delay);
      return delay;
    };
    openAndWelcome();
    vi.advanceTimersByTime(4999);
    expect(lose()).toBe(250);
    openAndWelcome();
    vi.advanceTimersByTime(4999);
    expect(lose()).toBe(500);
    openAndWelcome();
    vi.advanceTimersByTime(5000);
    expect(lose()).toBe(250);
  });

  it('[RC-1] waits as long as a goodbye demands, and gives its reason', () => {
    client.start();
    openAndWelcome();
    transport.receive({ type: 'goodbye', code: 4201, reason: 'The agent stops', retryMs: 3000 });
    transport.newest.events.closed(CLOSE_CODES.goingAway, '');
    expect(client.status).toEqual({
      state: 'reconnecting',
      reason: 'The agent stops',
      retryAtMs: 3250,
      isGoodbye: true,
    });
  });

  it('[RC-3] reconnects, with the reason of the agent, while its token cannot be verified', () => {
    client.start();
    openAndWelcome();
    const error = 'The agent cannot look at tokens now, and its log says why';
    transport.receive({ type: 'error', code: 'tokens_unreadable', error, retryMs: 5000 });
    transport.newest.events.closed(CLOSE_CODES.tokensUnreadable, '');
    expect(client.status).toMatchObject({ state: 'reconnecting', reason: error });
    vi.advanceTimersToNextTimer();
    openAndWelcome();
    expect(client.status).toMatchObject({ state: 'connected' });
  });

  it('[RC-3] gives up after a close code that would recur', () => {
    makeClient({ token: 'wrong' });
    client.start();
    transport.open();
    transport.receive({ type: 'auth_error', error: 'Wrong token' });
    transport.newest.events.closed(CLOSE_CODES.authenticationFailed, '');
    expect(client.status).toEqual({ state: 'error', reason: 'Wrong token', isForToken: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['token_revoked', 'The token was revoked'],
    ['token_expired', 'The token has expired'],
  ])('gives up after %s, whatever the close that follows says', (code, error) => {
    makeClient({ token: 'good no more' });
    client.start();
    openAndWelcome();
    transport.receive({ type: 'error', error, code });
    expect(client.status).toEqual({ state: 'error', reason: error, isForToken: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up if the agent requires a token and it has none', () => {
    client.start();
    transport.open();
    transport.receive({ type: 'error', error: 'Not authenticated', code: 'not_authenticated' });
    expect(client.status).toEqual({
      state: 'error',
      reason: 'The agent asks for a token',
      isForToken: true,
    });
  });

  it('does not give up when the notice that a token is needed crosses its token', () => {
    makeClient({ token: 'secret' });
    client.start();
    transport.open();
    transport.receive(
      { type: 'error', error: 'Not authenticated', code: 'not_authenticated' },
      { type: 'auth_success' },
      welcome,
    );
    expect(client.status.state).toBe('connected');
  });

  it('sends a subscription that is made by a welcome listener', () => {
    client.onWelcome(() => client.subscribe({ metrics: ['cpu'] }, listener));
    client.start();
    openAndWelcome();
    expect(transport.newest.sent).toHaveLength(1);
  });

  it('renews a one-way connection that was opened before a subscription was made', () => {
    transport.canSend = false;
    client.start();
    transport.newest.purpose.subscriptions();
    client.subscribe({ metrics: ['cpu'] }, listener);
    expect(transport.newest.renewals).toBe(0);
    openAndWelcome();
    expect(transport.newest.renewals).toBe(1);
    transport.newest.purpose.subscriptions();
    transport.receive(welcome);
    expect(transport.newest.renewals).toBe(1);
  });

  it('leaves a refused subscription out of one-way requests, where it would fail the others, until it reconnects', () => {
    transport.canSend = false;
    client.subscribe({ metrics: ['nonsense'] }, listener);
    client.start();
    const names = (): unknown[] => transport.newest.purpose.subscriptions().map(({ sub }) => sub);
    expect(names()).toEqual(['1']);
    transport.receive({ type: 'error', error: 'Unknown metric', code: 'unknown_metric', id: '1' });
    transport.newest.events.closed(1006, '');
    vi.advanceTimersByTime(1000);
    expect(names()).toEqual([]);
    openAndWelcome();
    transport.newest.events.closed(1006, '');
    expect(names()).toEqual(['1']);
  });

  it('continues the other subscriptions when one is refused over a one-way connection, and stays connected', () => {
    transport.canSend = false;
    client.start();
    openAndWelcome();
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.subscribe({ metrics: ['nonsense'] }, listener);
    const { renewals } = transport.newest;
    const refusal = { type: 'error', error: 'Unknown metric', code: 'unknown_metric', id: '2' } as const;
    transport.receive(refusal);
    expect(transport.newest.renewals).toBe(renewals + 1);
    expect(transport.newest.purpose.subscriptions().map(({ sub }) => sub)).toEqual(['1']);
    transport.receive(refusal);
    expect(transport.newest.renewals).toBe(renewals + 1);
    expect(client.status.state).toBe('connected');
  });

  it('[RT-9] backs off from an agent whose samples never follow each other', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    for (let n = 0; n < 10 && client.status.state === 'connected'; n += 1)
      transport.receive(subscribed(), sample(9, 5));
    expect(client.status).toMatchObject({ state: 'reconnecting' });
    expect(transport.newest.sent.length).toBeLessThan(6);
  });

  it('[RC-1] does not start while held', () => {
    client.hold();
    client.start();
    expect(transport.connections).toEqual([]);
    client.release();
    expect(transport.connections).toHaveLength(1);
  });

  it('forgets a ping when stopped', () => {
    client.start();
    openAndWelcome();
    client.checkAlive();
    client.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends a subscription that is made by a status listener once', () => {
    client.onStatus(({ state }) => {
      if (state === 'connected') client.subscribe({ metrics: ['cpu'] }, listener);
    });
    client.start();
    openAndWelcome();
    expect(transport.newest.sent).toHaveLength(1);
  });

  it('delivers nothing more of a batch after a listener has stopped it', () => {
    client.subscribe(
      { metrics: ['cpu'] },
      { ...listener, sample: () => client.stop(), subscribed: () => {} },
    );
    const late = vi.fn<() => void>();
    client.subscribe({ metrics: ['cpu'] }, { ...listener, sample: late });
    client.start();
    openAndWelcome();
    const second = { ...sample(1, 0), sub: '2' };
    transport.receive(
      subscribed(),
      { ...subscribed(), sub: '2' },
      { type: 'batch', messages: [sample(1, 0), second] },
    );
    expect(late).not.toHaveBeenCalled();
  });

  it('[RC-3] reconnects after a 42xx close with the jitter of a first attempt, however often that happens', () => {
    client.start();
    openAndWelcome();
    for (let n = 0; n < 4; n += 1) {
      transport.newest.events.closed(1006, '');
      vi.advanceTimersToNextTimer();
    }
    openAndWelcome();
    transport.newest.events.closed(CLOSE_CODES.slowConsumer, '');
    expect(client.status).toMatchObject({ state: 'reconnecting', retryAtMs: Date.now() + 250 });
  });

  it('closes on an answer that violates the protocol, and reconnects', () => {
    client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive(subscribed(), { type: 'metrics', sub: '1', seq: 1, prev: 0, ts: 1, values: [1, 2] });
    expect(transport.newest.isClosed).toBe(true);
    expect(client.status).toMatchObject({
      state: 'reconnecting',
      reason: expect.stringContaining('not understood'),
    });
    vi.advanceTimersByTime(500);
    transport.newest.events.received('<html>');
    expect(transport.newest.isClosed).toBe(true);
  });

  it('reports a refused subscription to its listener, and stays connected', () => {
    client.subscribe({ metrics: ['nope'] }, listener);
    client.start();
    openAndWelcome();
    transport.receive({ type: 'error', error: 'Unknown metric: nope', code: 'unknown_metric', id: '1' });
    expect(listener.refused).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'unknown_metric' }),
    );
    expect(client.status.state).toBe('connected');
  });

  describe('refused with a reason', () => {
    const turnAway = (refusal: { code?: string; retryMs?: number }): void =>
      transport.newest.events.closed(1006, 'Not from there', refusal);

    it('reports it, retries slowly from the first attempt, and reconnects', () => {
      client.start();
      for (const attempt of [1, 2, 3]) {
        expect(transport.connections).toHaveLength(attempt);
        turnAway({ code: 'origin_not_allowed' });
        expect(client.status).toEqual({
          state: 'reconnecting',
          reason: 'Not from there',
          retryAtMs: Date.now() + 15_000,
          isRefused: true,
        });
        vi.advanceTimersByTime(14_999);
        expect(transport.connections).toHaveLength(attempt);
        vi.advanceTimersByTime(1);
      }
      expect(client.status).toMatchObject({ retryAtMs: null, isRefused: true });
      openAndWelcome();
      expect(client.status.state).toBe('connected');
      transport.newest.events.closed(1006, '');
      expect(client.status).not.toHaveProperty('isRefused');
    });

    it('reports that the refusal was for too many wrong tokens', () => {
      client.start();
      turnAway({ code: 'too_many_attempts', retryMs: 60_000 });
      expect(client.status).toMatchObject({ state: 'reconnecting', isRefused: true, isForToken: true });
    });

    it('waits as long as the agent demands, up to 15 minutes', () => {
      client.start();
      turnAway({ retryMs: 60_000 });
      expect(client.status).toMatchObject({ retryAtMs: 65_000 });
      client.retryNow();
      turnAway({ retryMs: 1e12 });
      expect(client.status).toMatchObject({ retryAtMs: 15 * 60_000 + 5000 });
    });
  });

  describe('subscribed to names and globs that the agent does not have', () => {
    const catalogueOf = (...names: string[]): WelcomeMessage['catalogue'] =>
      names.map((name) => ({ name, label: '', unit: '', kind: 'gauge', group: '', help: '', source: '' }));
    const welcomeTo = (...names: string[]): WelcomeMessage => ({
      ...welcome,
      catalogue: catalogueOf(...names),
    });
    const hostHas = (...names: string[]): void =>
      transport.receive({
        type: 'host',
        id: 'here',
        label: 'here',
        facts: {},
        catalogue: catalogueOf(...names),
        tables: [],
      });
    const unknown = (id = '1'): ServerMessage => ({
      type: 'error',
      error: 'Unknown metric: x',
      code: 'unknown_metric',
      id,
    });
    const asked = (): unknown[] =>
      transport.newest.sent.map((request) => (request as { metrics?: unknown }).metrics);

    beforeEach(() => {
      client.subscribe({ metrics: ['cpu', 'x', 'disk.*'], backfill: 3 }, listener);
    });

    it('subscribes to all, then to the ones that exist, and reports no refusal', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu', 'memory'));
      transport.receive(unknown());
      expect(asked()).toEqual([['cpu', 'x', 'disk.*'], ['cpu']]);
      expect(transport.newest.sent.at(-1)).toMatchObject({ sub: '1', id: '1', backfill: 3 });
      expect(listener.refused).not.toHaveBeenCalled();
    });

    it('subscribes to more, in the order of the request and from its position, as soon as it exists', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu'), unknown(), subscribed(), sample(1, 0));
      hostHas('cpu', 'memory');
      expect(asked()).toHaveLength(2);
      hostHas('cpu', 'disk.sda.read');
      expect(transport.newest.sent.at(-1)).toMatchObject({
        metrics: ['cpu', 'disk.*'],
        since: { epoch: 'a', seq: 1 },
      });
      // Of the old series; it will be repeated.
      transport.receive(sample(2));
      expect(seqs).toEqual([1]);
      transport.receive(subscribed('a', 2), sample(2));
      expect(seqs).toEqual([1, 2]);
      hostHas('cpu');
      expect(asked()).toHaveLength(3);
    });

    it('ignores what the agent announces by itself while its own request is unanswered', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu'), unknown(), subscribed(), sample(1, 0));
      hostHas('cpu', 'disk.sda.read');
      // The agent noticed the disk at the same time; the answer to the client repeats its samples.
      transport.receive({ ...subscribed('a', 1), id: undefined }, sample(2), sample(3));
      expect(seqs).toEqual([1]);
      transport.receive(subscribed('a', 3), sample(2), sample(3));
      expect(seqs).toEqual([1, 2, 3]);
      expect(
        transport.newest.sent.filter((request) => (request as { action?: string }).action === 'subscribe'),
      ).toHaveLength(3);
      transport.receive({ ...subscribed('a', 3), id: undefined }, sample(4));
      expect(seqs).toEqual([1, 2, 3, 4]);
    });

    it('keeps that selection after a reconnect, and extends it if another agent has more', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu'), unknown());
      for (const [names, expected] of [
        [['cpu'], ['cpu']],
        [
          ['cpu', 'x'],
          ['cpu', 'x'],
        ],
      ] as const) {
        transport.newest.events.closed(1006, '');
        vi.advanceTimersByTime(5000);
        transport.open();
        transport.receive(welcomeTo(...names));
        expect(asked()).toEqual([expected]);
      }
    });

    it('reports a refusal if none exists, and continues as soon as one does', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('memory'), unknown());
      expect(listener.refused).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ error: 'Unknown metric: x', code: 'unknown_metric' }),
      );
      expect(asked()).toHaveLength(1);
      hostHas('memory', 'x');
      expect(asked().at(-1)).toEqual(['x']);
    });

    it('continues with the metrics that another token shows', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu', 'x', 'disk.sda.read'), subscribed());
      transport.receive({ type: 'unsubscribed', sub: '1', reason: 'unknown_metric' });
      hostHas('cpu');
      expect(asked().at(-1)).toEqual(['cpu']);
    });

    it('does not retry endlessly if the agent refuses what its catalogue lists', () => {
      client.start();
      transport.open();
      transport.receive(welcomeTo('cpu', 'x', 'disk.sda.read'), unknown(), unknown());
      expect(asked()).toHaveLength(1);
      expect(listener.refused).toHaveBeenCalled();
    });

    it('finds out which exist over a one-way connection too, and reports no refusal', () => {
      transport.canSend = false;
      client.subscribe({ metrics: ['memory'] }, listener);
      client.start();
      const wanted = (): unknown[] => transport.newest.purpose.subscriptions().map(({ metrics }) => metrics);
      expect(wanted()).toEqual([['cpu', 'x', 'disk.*'], ['memory']]);
      transport.receive(unknown());
      transport.newest.events.closed(1006, '');
      vi.advanceTimersByTime(1000);
      expect(wanted()).toEqual([['memory']]);
      transport.open();
      transport.receive(welcomeTo('cpu', 'memory'));
      expect(transport.newest.renewals).toBe(1);
      expect(wanted()).toEqual([['cpu'], ['memory']]);
      hostHas('cpu', 'memory', 'x');
      expect(transport.newest.renewals).toBe(2);
      expect(wanted()).toEqual([['cpu', 'x'], ['memory']]);
      expect(listener.refused).not.toHaveBeenCalled();
    });
  });

  describe('of an agent with several hosts', () => {
    const FAR: Host = { id: 'far', label: 'far', facts: {} };
    const of = (...names: string[]): WelcomeMessage['catalogue'] =>
      names.map((name) => ({ name, label: '', unit: '', kind: 'gauge', group: '', help: '', source: '' }));
    const welcomeToBoth: WelcomeMessage = {
      ...welcome,
      hosts: [HERE, { ...FAR, catalogue: of('cpu', 'gpu'), tables: [] }],
      catalogue: of('cpu'),
    };
    const refusal = (code: string): ServerMessage => ({ type: 'error', error: code, code, id: '1' });
    const about = (host: Host, ...names: string[]): ServerMessage => ({
      type: 'host',
      ...host,
      catalogue: of(...names),
      tables: [],
    });
    const asked = (): unknown[] =>
      transport.newest.sent.map((request) => (request as { metrics?: unknown }).metrics);

    it('looks for metrics in the catalogue of the host of the subscription', () => {
      client.subscribe({ metrics: ['gpu', 'x'], host: 'far' }, listener);
      client.start();
      transport.open();
      transport.receive(welcomeToBoth, refusal('unknown_metric'));
      expect(transport.newest.sent.at(-1)).toMatchObject({ host: 'far', metrics: ['gpu'] });
      transport.receive(about(HERE, 'cpu', 'x'));
      expect(asked()).toHaveLength(2);
      transport.receive(about({ ...FAR, label: 'FAR' }, 'gpu', 'x'));
      expect(asked().at(-1)).toEqual(['gpu', 'x']);
      expect(listener.refused).not.toHaveBeenCalled();
    });

    it('leaves a subscription to the first host alone when another changes', () => {
      client.subscribe({ metrics: ['cpu', 'x'] }, listener);
      client.start();
      transport.open();
      transport.receive(welcomeToBoth, refusal('unknown_metric'), subscribed());
      transport.receive(about(FAR, 'cpu', 'x'), sample(1, 0));
      expect(asked()).toEqual([['cpu', 'x'], ['cpu']]);
      expect(seqs).toEqual([1]);
      expect(client.welcome?.catalogue).toEqual(of('cpu'));
    });

    it('subscribes to a host that was unknown as soon as the agent has it', () => {
      client.subscribe({ metrics: ['cpu'], host: 'far' }, listener);
      client.start();
      openAndWelcome();
      transport.receive(refusal('unknown_host'));
      expect(listener.refused).toHaveBeenCalledOnce();
      transport.receive(about(HERE, 'cpu'));
      expect(asked()).toHaveLength(1);
      transport.receive(about(FAR, 'cpu'));
      expect(asked()).toHaveLength(2);
      transport.receive(about(FAR, 'cpu', 'gpu'));
      expect(asked()).toHaveLength(2);
    });
  });

  it('makes the scheduled attempt at once on request', () => {
    client.start();
    transport.newest.events.closed(1006, '');
    client.retryNow();
    expect(transport.connections).toHaveLength(2);
    client.retryNow();
    vi.advanceTimersByTime(60_000);
    expect(transport.connections).toHaveLength(2);
  });

  it('unsubscribes with the undo, and does not resume that subscription after a reconnect', () => {
    const unsubscribe = client.subscribe({ metrics: ['cpu'] }, listener);
    client.start();
    openAndWelcome();
    unsubscribe();
    expect(transport.newest.sent.at(-1)).toEqual({ action: 'unsubscribe', sub: '1' });
    transport.newest.events.closed(1006, '');
    vi.advanceTimersByTime(300);
    openAndWelcome();
    expect(transport.newest.sent).toEqual([]);
  });

  it('stops for good: leaves no timer and ignores late events', () => {
    client.start();
    openAndWelcome();
    const { events } = transport.newest;
    client.stop();
    events.received('not JSON');
    events.closed(1006, '');
    expect(client.status).toEqual({ state: 'disconnected' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(['connecting', 'connected', 'reconnecting'] as const)(
    'stays stopped when a listener stops it as soon as it is %s',
    (state) => {
      client.onStatus((status) => {
        if (status.state === state) client.stop();
      });
      client.onWelcome(() => {
        if (state === 'connected') client.stop();
      });
      client.start();
      transport.open();
      transport.receive(welcome);
      transport.newest.events.closed(1006, '');
      vi.advanceTimersByTime(60_000);
      expect(client.status).toEqual({ state: 'disconnected' });
      expect(vi.getTimerCount()).toBe(0);
      expect(transport.connections).toHaveLength(1);
    },
  );

  it('can be restarted, and start and stop while waiting leave one connection', () => {
    client.start();
    transport.newest.events.closed(1006, '');
    client.start();
    client.stop();
    client.start();
    vi.advanceTimersByTime(60_000);
    expect(transport.connections).toHaveLength(2);
  });

  it('does not report a status that an earlier listener has ended', () => {
    const heard: string[] = [];
    client.onStatus(({ state }) => {
      if (state === 'connected') client.stop();
    });
    client.onStatus(({ state }) => heard.push(state));
    client.start();
    openAndWelcome();
    expect(heard).toEqual(['disconnected', 'connecting', 'disconnected']);
  });

  it('reports each change of status once', () => {
    client.start();
    openAndWelcome();
    transport.newest.events.closed(1006, '');
    vi.advanceTimersByTime(250);
    expect(statuses.map(({ state }) => state)).toEqual([
      'disconnected',
      'connecting',
      'connected',
      'reconnecting',
      'reconnecting',
    ]);
  });
});
