import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Subscribe } from '../../shared/protocol/messages.ts';
import { createToken, type TokenRequest } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { TokenStore } from '../auth/token-store.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { metric } from '../testing/fake-collector.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { MemoryHistory } from '../testing/memory-history.ts';
import { RecordedRuns } from '../testing/recorded-runs.ts';
import { PROCESSES, TestHub, TOKEN, type TestClient } from '../testing/test-hub.ts';
import type { Connection, Profile, StreamRequest } from './connection.ts';

const REQUEST: TokenRequest = {
  label: 'test',
  metrics: ['cpu'],
  tables: [],
  hosts: ['*'],
  origins: [],
  expiresAtMs: null,
};

let path: string;
let tokens: TokenStore;
let test: TestHub;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  tokens = new TokenStore(new StateFolder(path));
  test = new TestHub({ requiresToken: true, tokens });
  test.publish();
});
afterEach(() => rmSync(path, { recursive: true }));

async function makeToken(request: Partial<TokenRequest> = {}): Promise<{ token: string; id: string }> {
  const { token, record } = await createToken(tokens, { ...REQUEST, ...request });
  return { token, id: record.id };
}

async function connect(token: string, profile: Profile = 'v1'): Promise<TestClient> {
  const client = test.connect(profile);
  await show(client, token);
  return client;
}

async function show(client: TestClient, token: string): Promise<void> {
  client.send({ type: 'auth', token });
  await test.verified();
}

const subscribe = (...metrics: string[]) => ({ action: 'subscribe', sub: metrics.join(), metrics });
const asked = (name: string): Subscribe[] => [{ action: 'subscribe', sub: 'a', metrics: [name], tables: [] }];
const names = (message: Record<string, unknown> = {}, key = '') =>
  (message[key] as { name: string }[]).map(({ name }) => name);

describe('a token for one metric', () => {
  it('shows that metric only, also in the past that a subscription begins with', async () => {
    const history = new RecordedRuns(['cpu', 'memory'].map((name) => metric(name)));
    history.append({ epoch: 'ended', seq: 1, timestampMs: 1000, gridIndex: 10, values: [1, 10] });
    test.host.history = history;
    const client = await connect((await makeToken()).token);
    client.take();
    client.send({ ...subscribe('*'), backfill: 5 });
    const [announced, { messages } = {}] = client.takeMessages();
    expect([announced?.['epoch'], names(announced, 'series')]).toEqual(['ended', ['cpu']]);
    expect(messages).toMatchObject([{ seq: 1, values: [1] }]);
    client.send({ ...subscribe('memory'), since: { epoch: 'ended', seq: 0 } });
    expect(client.takeMessages().at(-1)).toMatchObject({ code: 'unknown_metric' });
  });

  it('shows that metric only, without tables or host details', async () => {
    const client = await connect((await makeToken()).token);
    const [, welcome] = client.takeMessages();
    expect(names(welcome, 'catalogue')).toEqual(['cpu']);
    expect(welcome).toMatchObject({ hosts: [{ id: 'web-1', facts: {} }], tables: [] });
    client.send(subscribe('*'));
    const [subscribed, sample] = client.takeMessages();
    expect(names(subscribed, 'series')).toEqual(['cpu']);
    expect(sample).toMatchObject({ values: [1] });
  });

  it('does not reveal the number of other metrics through `maxBackfill`', async () => {
    const { token } = await makeToken();
    const [, before] = (await connect(token)).takeMessages();
    test.publishNew(['cpu', ...Array.from({ length: 1000 }, (_, index) => `disk.${index}`)]);
    const [, after] = (await connect(token)).takeMessages();
    expect(after).toEqual(before);
    const [, whole] = (await connect(TOKEN)).takeMessages();
    expect(whole).toMatchObject({ limits: { maxBackfill: expect.any(Number) } });
    expect(whole?.['limits']).not.toEqual(before?.['limits']);
  });

  it('hides host details, including later ones, which a full grant receives', async () => {
    const client = await connect(
      (await makeToken({ metrics: ['*'], tables: ['*'], hosts: ['web-1'] })).token,
    );
    const admin = await connect(TOKEN);
    for (const each of [client, admin]) each.takeMessages();
    test.host.learn({ kernel: '6.1' });
    await test.clock.advance(2000);
    test.publish();
    expect(client.takeMessages()).toEqual([]);
    expect(admin.takeMessages()).toMatchObject([{ type: 'host', facts: { kernel: '6.1' } }]);
    const later = await connect((await makeToken()).token);
    expect(later.takeMessages()[1]).toMatchObject({ hosts: [{ id: 'web-1', facts: {} }] });
  });

  it('shows no more after a catalogue change through a glob that another client has used', async () => {
    const [admin, client] = [await connect(TOKEN), await connect((await makeToken()).token)];
    for (const each of [admin, client]) {
      each.send(subscribe('*'));
      each.takeMessages();
    }
    test.publishNew(['cpu', 'memory', 'disk.sda']);
    expect(
      names(
        admin.takeMessages().find(({ type }) => type === 'subscribed'),
        'series',
      ),
    ).toContain('disk.sda');
    test.publishNew(['disk.sda']);
    const told = client.takeMessages().filter(({ type }) => type === 'subscribed');
    expect(told.flatMap((message) => names(message, 'series')).filter((name) => name !== 'cpu')).toEqual([]);
  });

  it('for one host is distinct from one for another host with the same metrics', async () => {
    const here = await connect((await makeToken({ hosts: ['web-1'] })).token);
    const elsewhere = await connect((await makeToken({ hosts: ['web-2'] })).token);
    expect(here.takeMessages()[1]).toMatchObject({ hosts: [{ id: 'web-1' }] });
    expect(elsewhere.takeMessages()[1]).toMatchObject({ hosts: [] });
  });

  it('answers for a hidden metric as for one that does not exist', async () => {
    const client = await connect((await makeToken()).token);
    client.takeMessages();
    client.send(subscribe('memory'));
    client.send(subscribe('nothing'));
    client.send(subscribe('mem*'));
    client.send({ action: 'subscribe', tables: [PROCESSES.name] });
    expect(client.takeMessages()).toEqual([
      { type: 'error', code: 'unknown_metric', error: 'Unknown metric: memory' },
      { type: 'error', code: 'unknown_metric', error: 'Unknown metric: nothing' },
      { type: 'error', code: 'unknown_metric', error: 'No metric matches mem*' },
      { type: 'error', code: 'unknown_table', error: `Unknown table: ${PROCESSES.name}` },
    ]);
  });

  it('shows no more to plain clients, streams and polls', async () => {
    const { token } = await makeToken();
    const plain = await connect(token, 'plain');
    plain.send({ action: 'subscribe', metrics: ['cpu', 'memory'] });
    plain.send({ action: 'subscribe', metrics: ['*'] });
    expect(plain.take()).toEqual([
      '{"type":"auth_success"}',
      '{"type":"error","error":"Unknown metric: memory"}',
      '{"type":"metrics","metrics":{"cpu":1}}',
    ]);
    const request: StreamRequest & { waitMs: number } = {
      peer: LOCAL,
      token,
      subscriptions: asked('memory'),
      cursor: undefined,
      waitMs: 0,
    };
    const none: Connection = {
      format: 'json',
      canSend: () => true,
      send: () => {},
      close: () => {},
      round: () => {},
    };
    await expect(test.hub.openStream(none, request)).rejects.toThrow('Unknown metric: memory');
    await expect(test.hub.poll(request, new AbortController().signal)).rejects.toThrow(
      'Unknown metric: memory',
    );
    const text = await test.hub.poll({ ...request, subscriptions: asked('*') }, new AbortController().signal);
    expect(text).toContain('"values":[1]');
    expect(text).not.toContain('memory');
  });

  it('does not announce hidden metrics that appear or vanish', async () => {
    const client = await connect((await makeToken()).token);
    client.send(subscribe('cpu'));
    client.takeMessages();
    await test.clock.advance(5000);
    test.publishNew(['cpu', 'disk.sda']);
    expect(client.takeMessages().map(({ type }) => type)).toEqual(['metrics']);
    await test.clock.advance(5000);
    test.publishNew(['disk.sda']);
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', catalogue: [] },
      { type: 'metrics', values: [null] },
    ]);
    client.send(subscribe('disk.sda'));
    await test.clock.advance(5000);
    test.publishNew(['cpu']);
    client.send(subscribe('disk.sda'));
    expect(client.takeMessages().filter(({ type }) => type === 'error')).toMatchObject([
      { error: 'Unknown metric: disk.sda' },
      { error: 'Unknown metric: disk.sda' },
    ]);
  });

  it('for another host shows nothing at all', async () => {
    const client = await connect(
      (await makeToken({ metrics: ['*'], tables: ['*'], hosts: ['web-2'] })).token,
    );
    expect(client.takeMessages()[1]).toMatchObject({ hosts: [], catalogue: [], tables: [] });
    client.send({ ...subscribe('cpu'), host: 'web-1' });
    client.send({ ...subscribe('cpu'), host: 'nowhere' });
    expect(client.takeMessages()).toMatchObject([
      { code: 'unknown_host', error: 'Unknown host' },
      { code: 'unknown_host', error: 'Unknown host' },
    ]);
    const plain = await connect((await makeToken({ hosts: ['web-2'] })).token, 'plain');
    plain.take();
    for (const name of ['cpu', 'mem*']) plain.send({ action: 'subscribe', metrics: [name] });
    expect(plain.takeMessages()).toEqual([
      { type: 'error', error: 'Unknown metric: cpu' },
      { type: 'error', error: 'No metric matches mem*' },
    ]);
  });

  it("for another host still gets the store's capacity, since a later token brings no other welcome", async () => {
    const client = await connect((await makeToken({ hosts: ['web-2'] })).token);
    expect(client.takeMessages()[1]).toMatchObject({ hosts: [], limits: { maxBackfill: 9000 } });
  });

  it('that covers no subscription of a stream leaves no session behind', async () => {
    const { token } = await makeToken();
    const sent: string[] = [];
    const connection: Connection = {
      format: 'json',
      canSend: () => true,
      send: ({ text }) => sent.push(text),
      close: () => {},
      round: () => {},
    };
    const request = { peer: LOCAL, token, subscriptions: asked('memory'), cursor: undefined };
    await expect(test.hub.openStream(connection, request)).rejects.toMatchObject({ code: 'refused' });
    sent.length = 0;
    test.publishNew(['cpu', 'cpu.user']);
    test.host.learn({ kernel: '6.1' });
    test.publishNew(['memory']);
    expect(sent).toEqual([]);
  });
});

describe('an agent of two hosts, and a token for both that is replaced by one for the second', () => {
  let database: LocalHost;

  beforeEach(() => {
    database = new LocalHost({
      host: { id: 'db-1', label: 'db-1', facts: {} },
      catalogue: [metric('cpu'), metric('queries')],
      intervalMs: 1000,
    });
    test.hosts.add(database);
    database.append({ timestampMs: 1000, gridIndex: 10, values: [7, 8] });
  });

  it('ends subscriptions to the unnamed first host, and continues with the second', async () => {
    const both = (await makeToken({ metrics: ['*'] })).token;
    const second = (await makeToken({ metrics: ['*'], hosts: ['db-1'] })).token;
    const client = await connect(both);
    client.send({ action: 'subscribe', sub: 'first', metrics: ['cpu'] });
    client.send({ action: 'subscribe', sub: 'second', metrics: ['cpu'], host: 'db-1' });
    client.take();
    await show(client, second);
    expect(client.takeMessages()).toEqual([
      { type: 'auth_success' },
      { type: 'unsubscribed', sub: 'first', reason: 'unknown_host' },
    ]);
    test.publish();
    database.append({ timestampMs: 2000, gridIndex: 20, values: [9, 10] });
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', id: 'db-1' },
      { type: 'metrics', sub: 'second', values: [9] },
    ]);
  });

  it('hides the first host from a plain client', async () => {
    const client = await connect((await makeToken()).token, 'plain');
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    client.take();
    await show(client, (await makeToken({ hosts: ['db-1'] })).token);
    client.take();
    client.stopReading();
    test.publish();
    database.append({ timestampMs: 2000, gridIndex: 20, values: [9, 10] });
    client.readAgain();
    expect(client.take()).toEqual([]);
  });
});

describe('a token that expires', () => {
  it('is announced a minute in advance, then closes the connection with 4002', async () => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 90_000 })).token);
    client.takeMessages();
    await test.clock.advance(28_000);
    expect(client.takeMessages().map(({ type }) => type)).not.toContain('auth_expiring');
    await test.clock.advance(4000);
    const told = client.takeMessages().filter(({ type }) => type === 'auth_expiring');
    expect(told).toHaveLength(1);
    expect(told[0]?.['inMs']).toBeGreaterThan(55_000);
    await test.clock.advance(62_000);
    expect(client.takeMessages().at(-1)).toMatchObject({ type: 'error', code: 'token_expired' });
    expect(client.closes).toEqual([{ code: 4002, reason: 'The token has expired' }]);
  });

  it.each([-3_600_000, 86_400_000])('expires on time although the wall clock steps by %i ms', async (ms) => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 90_000 })).token);
    test.clock.wallOffsetMs += ms;
    await test.clock.advance(88_000);
    expect(client.closes).toEqual([]);
    await test.clock.advance(4000);
    expect(client.closes).toEqual([{ code: 4002, reason: 'The token has expired' }]);
  });

  it('expires on time although the host slept meanwhile', async () => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 90_000 })).token);
    test.clock.sleep(80_000);
    await test.clock.advance(12_000);
    expect(client.closes).toEqual([{ code: 4002, reason: 'The token has expired' }]);
  });

  it('closes a plain connection too, without a message', async () => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 90_000 })).token, 'plain');
    client.take();
    await test.clock.advance(92_000);
    expect(client.take()).toEqual([]);
    expect(client.closes).toEqual([{ code: 4002, reason: 'The token has expired' }]);
  });

  it('is announced again after being replaced by another token that expires', async () => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 50_000 })).token);
    const announced = (): number =>
      client.takeMessages().filter(({ type }) => type === 'auth_expiring').length;
    await test.clock.advance(3000);
    expect(announced()).toBe(1);
    await show(client, (await makeToken({ expiresAtMs: Date.now() + 40_000 })).token);
    await test.clock.advance(3000);
    expect(announced()).toBe(1);
  });

  it('ends a poll at once if its client left during verification', async () => {
    const { token } = await makeToken();
    const request = { peer: LOCAL, token, subscriptions: asked('cpu'), cursor: undefined, waitMs: 25_000 };
    const first = JSON.parse(await test.hub.poll(request, new AbortController().signal)) as {
      cursor: string;
    };
    const left = new AbortController();
    const polling = test.hub.poll({ ...request, cursor: first.cursor }, left.signal);
    left.abort();
    expect(await polling).toContain('"messages":[]');
    expect([test.hub.pollCount, test.clock.pending]).toEqual([0, 0]);
  });

  it('ends a waiting poll when it expires', async () => {
    const { token } = await makeToken({ expiresAtMs: Date.now() + 10_000 });
    const request = { peer: LOCAL, token, subscriptions: asked('cpu'), cursor: undefined, waitMs: 25_000 };
    const { signal } = new AbortController();
    const first = JSON.parse(await test.hub.poll(request, signal)) as { cursor: string };
    const waiting = test.hub.poll({ ...request, cursor: first.cursor }, signal);
    await test.verified();
    await new Promise(setImmediate);
    await test.clock.advance(10_000);
    expect(test.hub.pollCount).toBe(0);
    expect(await waiting).toContain('"messages":[]');
  });

  it('can be replaced on the open connection without missing a sample', async () => {
    const client = await connect((await makeToken({ expiresAtMs: Date.now() + 50_000 })).token);
    client.send(subscribe('cpu'));
    await test.clock.advance(2000);
    client.takeMessages();
    await show(client, (await makeToken()).token);
    test.publish(2);
    const messages = client.takeMessages();
    expect(messages.map(({ type }) => type)).toEqual(['auth_success', 'metrics', 'metrics']);
    await test.clock.advance(120_000);
    expect(client.closes).toEqual([]);
  });

  it("ends a plain client's subscription when its new token does not cover it", async () => {
    const client = await connect((await makeToken({ metrics: ['*'] })).token, 'plain');
    client.send({ action: 'subscribe', metrics: ['cpu', 'memory'] });
    await show(client, (await makeToken()).token);
    client.take();
    test.publish(2);
    expect(client.take()).toEqual([]);
  });

  it('sends no answer if the client left while its new token was verified', async () => {
    const client = await connect((await makeToken()).token);
    client.takeMessages();
    client.send({ type: 'auth', token: (await makeToken()).token });
    client.send(subscribe('cpu'));
    client.leave();
    await test.verified();
    expect(client.take()).toEqual([]);
    expect(test.host.stride).toBe(10);
  });

  it('ends the subscriptions that its replacement does not cover', async () => {
    const client = await connect((await makeToken({ metrics: ['*'] })).token);
    client.send(subscribe('cpu'));
    client.send(subscribe('memory'));
    client.takeMessages();
    await show(client, (await makeToken()).token);
    expect(client.takeMessages()).toEqual([
      { type: 'auth_success' },
      { type: 'unsubscribed', sub: 'memory', reason: 'unknown_metric' },
    ]);
    test.publish();
    expect(client.takeMessages()).toMatchObject([{ type: 'host' }, { type: 'metrics', sub: 'cpu' }]);
  });
});

describe('a token that is revoked', () => {
  it('closes its own connections at once with 4009, and no others', async () => {
    const { token, id } = await makeToken();
    const client = await connect(token);
    const other = await connect((await makeToken()).token);
    const admin = await connect(TOKEN);
    client.takeMessages();
    await tokens.remove(id);
    test.hub.recheck();
    expect(client.takeMessages()).toEqual([
      { type: 'error', code: 'token_revoked', error: 'The token was revoked' },
    ]);
    expect(client.closes).toEqual([{ code: 4009, reason: 'The token was revoked' }]);
    test.hub.recheck();
    expect([client.takeMessages(), client.closes.length]).toEqual([[], 1]);
    expect([other.closes, admin.closes]).toEqual([[], []]);
  });

  it('ends a waiting poll, and has the next one refused', async () => {
    const { token, id } = await makeToken();
    const request = { peer: LOCAL, token, subscriptions: asked('cpu'), cursor: undefined, waitMs: 20_000 };
    const { signal } = new AbortController();
    const first = JSON.parse(await test.hub.poll(request, signal)) as { cursor: string };
    const waiting = test.hub.poll({ ...request, cursor: first.cursor }, signal);
    await test.verified();
    await new Promise(setImmediate);
    expect(test.hub.pollCount).toBe(1);
    await tokens.remove(id);
    test.hub.recheck();
    expect(await waiting).toContain('"messages":[]');
    await expect(test.hub.poll(request, signal)).rejects.toThrow('Invalid token');
  });
});

describe('a token that cannot be verified for now', () => {
  const SENTENCE = 'The agent cannot look at tokens now, and its log says why';
  const ERROR = { type: 'error', code: 'tokens_unreadable', error: SENTENCE, retryMs: 5000 };
  const CLOSE = { code: 4103, reason: SENTENCE };
  const breakKey = (): void => writeFileSync(join(path, 'signing-key'), '');

  it('closes v1 and plain connections with a code to retry on, and reveals nothing about the token', async () => {
    const { token } = await makeToken();
    breakKey();
    const v1 = test.connect('v1');
    const plain = test.connect('plain');
    for (const client of [v1, plain]) {
      client.send({ type: 'auth', token });
      await expect.poll(() => client.closes).toEqual([CLOSE]);
    }
    expect(v1.takeMessages()).toEqual([ERROR]);
    expect(plain.takeMessages()).toEqual([{ type: 'error', error: SENTENCE }]);
  });

  it('has polls refused with the time to retry after', async () => {
    const { token } = await makeToken();
    breakKey();
    const request = { peer: LOCAL, token, subscriptions: asked('cpu'), cursor: undefined, waitMs: 0 };
    for (let i = 0; i < 6; i += 1) {
      const refusal = test.hub.poll(request, new AbortController().signal);
      await expect(refusal).rejects.toMatchObject({ isFault: true, isUnauthenticated: false, retryMs: 5000 });
    }
  });

  it('closes its connections when its record vanishes, with a code to retry on', async () => {
    const { token, id } = await makeToken();
    const client = await connect(token);
    client.takeMessages();
    rmSync(join(path, `token-${id}.json`));
    await tokens.read();
    test.hub.recheck();
    expect([client.takeMessages(), client.closes]).toEqual([[ERROR], [CLOSE]]);
  });

  it('keeps its connections while only the key is missing, since they are verified already', async () => {
    const client = await connect((await makeToken()).token);
    breakKey();
    await tokens.read();
    test.hub.recheck();
    expect(client.closes).toEqual([]);
  });

  it('counts as shown in time, however long its verification takes', async () => {
    const { token } = await makeToken();
    vi.spyOn(tokens, 'key').mockReturnValue(new Promise(() => {}));
    const client = test.connect('v1');
    client.send({ type: 'auth', token });
    await test.clock.advance(15_000);
    expect(client.closes).toEqual([]);
    vi.restoreAllMocks();
  });
});

describe('the past', () => {
  const OTHER = { ...PROCESSES, name: 'secrets' };
  const ask = (fields: object = {}) => ({
    action: 'history',
    id: 'a',
    metrics: ['*'],
    from: 0,
    to: 1_000_000,
    ...fields,
  });
  let history: MemoryHistory;

  beforeEach(() => {
    history = new MemoryHistory({
      metrics: ['cpu', 'memory', 'disk.sda', 'disk.sdb'],
      timesMs: Array.from({ length: 990 }, (_, index) => (index + 1) * 1000),
      tables: [PROCESSES, OTHER],
      table: { timestampMs: 1000, rows: '[]' },
    });
    test.host.history = history;
  });

  it('shows what the token shows, present or vanished, and nothing else', async () => {
    const client = await connect(
      (await makeToken({ metrics: ['cpu', 'disk.sda'], tables: ['processes'] })).token,
    );
    client.takeMessages();
    client.send(ask({ tables: ['processes'], points: 10 }));
    const [answer] = client.takeMessages();
    expect(names(answer, 'series')).toEqual(['cpu', 'disk.sda']);
    expect(names(answer, 'tables')).toEqual(['processes']);
    expect(JSON.stringify(answer)).not.toMatch(/memory|sdb|secrets|facts/);
  });

  it.each([
    ['memory', 'no-such', { metrics: 'metrics' }],
    ['disk.sdb', 'no-such', { metrics: 'metrics' }],
    ['disk*', 'no-such*', { metrics: 'metrics' }],
    ['secrets', 'no-such', { metrics: 'tables' }],
  ])('answers for the hidden %s as for %s', async (hidden, missing, { metrics: field }) => {
    const client = await connect((await makeToken()).token);
    client.takeMessages();
    const answers = [hidden, missing].map((name) => {
      client.send(ask({ metrics: ['cpu'], [field]: [name] }));
      return JSON.stringify(client.takeMessages()).replaceAll(name, 'NAME');
    });
    expect(answers[0]).toMatch(/unknown_(?:metric|table)/);
    expect(answers[0]).toBe(answers[1]);
  });

  it('of a hidden host is that of an unknown host, whatever it keeps', async () => {
    const client = await connect((await makeToken({ hosts: ['web-2'] })).token);
    client.takeMessages();
    for (const kept of [history, null, undefined]) {
      test.host.history = kept;
      client.send(ask({ host: 'web-1' }));
      expect(client.takeMessages()).toEqual([
        { type: 'error', error: 'Unknown host', code: 'unknown_host', id: 'a' },
      ]);
    }
  });

  it('is not answered any further once another token shows less, and goes on while it shows enough', async () => {
    const client = await connect(TOKEN);
    client.takeMessages();
    client.stopReadingAfter(2);
    client.send(ask({ id: 'cpu', metrics: ['cpu'] }));
    client.send(ask({ id: 'all' }));
    const { token } = await makeToken();
    client.send({ type: 'auth', token });
    client.stopReadingAfter(4);
    client.readAgain();
    const begun = client.takeMessages();
    expect(new Set(begun.map(({ id }) => id))).toEqual(new Set(['cpu', 'all']));
    expect(begun.some(({ done }) => done)).toBe(false);
    await test.verified();
    expect(client.takeMessages()).toContainEqual({ type: 'cancelled', id: 'all' });
    client.stopReadingAfter(1000);
    client.readAgain();
    const rest = client.takeMessages().filter(({ type }) => type === 'history');
    expect(new Set(rest.map(({ id }) => id))).toEqual(new Set(['cpu']));
    expect(rest.at(-1)).toMatchObject({ done: true });
    expect(history.openReads).toBe(0);
  });

  it('is asked for in vain before a token', () => {
    const client = test.connect('v1');
    client.send(ask());
    expect(client.takeMessages()).toEqual([
      { type: 'error', error: 'Not authenticated', code: 'not_authenticated', id: 'a' },
    ]);
  });
});
