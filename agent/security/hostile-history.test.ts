import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Peer } from '../auth/peer.ts';
import { ask } from '../testing/http-request.ts';
import { LiveServer } from '../testing/live-server.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { MemoryHistory } from '../testing/memory-history.ts';
import { SocketClient } from '../testing/socket-client.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

const SERIES = 2000;
const NAMES = Array.from({ length: SERIES }, (_, index) => `disk.${index}.read`);
const SECONDS = Array.from({ length: 600 }, (_, index) => (index + 1) * 1000);
const EVERYTHING = { action: 'history', metrics: ['*'], from: 0, to: 1_000_000, points: 10_000 };

describe('a request for the past', () => {
  let server: LiveServer;
  let client: SocketClient;

  beforeEach(async () => {
    server = await new LiveServer().start();
    server.host.history = new MemoryHistory({ metrics: NAMES, timesMs: SECONDS });
    client = await SocketClient.connect(server.url, 'metrics-panel.v1');
    await client.next();
  });

  afterEach(async () => {
    client.socket.terminate();
    await server.assertAlive();
    await server.stop();
  });

  /** The only answer to a message that leaves the connection open. */
  async function answerTo(text: string): Promise<Record<string, unknown>> {
    client.send(text);
    const answer = JSON.parse(await client.next()) as Record<string, unknown>;
    client.send('ping');
    expect(await client.next()).toBe('pong');
    return answer;
  }

  const request = (fields: string): string => `{"action":"history","metrics":["disk.1.read"],${fields}}`;

  it.each([
    ['"from":1,"to":0', /^Invalid from: must be before "to"/],
    ['"from":0,"to":0', /^Invalid from: must be before "to"/],
    ['"from":-1,"to":1', /^Invalid from: must not be negative/],
    ['"from":0,"to":-1,"stepMs":1', /^Invalid to: must not be negative/],
    ['"from":0.5,"to":1', /^Invalid from: expected an integer/],
    ['"from":0,"to":9007199254740992', /^Invalid to: expected an integer/],
    ['"from":0,"to":1e999', /^Invalid to: expected an integer/],
    ['"from":"0","to":1', /^Invalid from: expected a number/],
    ['"from":null,"to":1', /^Invalid from: expected a number/],
    ['"to":1', /^Invalid from: is required/],
    ['"from":0', /^Invalid to: is required/],
    ['"from":[],"to":{}', /^Invalid from: expected a number/],
    ['"from":0,"to":1,"points":0', /^Invalid points: must be at least 1/],
    ['"from":0,"to":1,"points":-1', /^Invalid points: must be at least 1/],
    ['"from":0,"to":1,"points":1.5', /^Invalid points: expected an integer/],
    ['"from":0,"to":1,"points":10001', /^Invalid points: must be at most 10000/],
    ['"from":0,"to":1,"points":1e308', /^Invalid points/],
    ['"from":0,"to":1,"metrics":[]', /^Invalid metrics: must name at least one metric/],
    [
      `"from":0,"to":1,"metrics":[${Array<string>(65).fill('"*"').join()}]`,
      /^Invalid metrics: must name at most 64/,
    ],
    ['"from":0,"to":1,"id":{}', /^Invalid id/],
  ])('with %s is an error that names the field', async (fields, error) => {
    expect(await answerTo(request(fields))).toMatchObject({
      code: 'invalid_message',
      error: expect.stringMatching(error),
    });
  });

  it('of all time has the points that exist', async () => {
    client.send(request('"from":0,"to":9007199254740991'));
    expect(JSON.parse(await client.next())).toMatchObject({ type: 'history', ts: [0], done: true });
  });

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', '[object Object]'])(
    'for the metric %s is an error',
    async (name) => {
      expect(await answerTo(request(`"from":0,"to":1,"metrics":["${name}"]`))).toMatchObject({
        type: 'error',
        code: 'unknown_metric',
      });
    },
  );

  it('by 64 globs that match 2,000 series each is an error that says how much is possible', async () => {
    const globs = Array.from({ length: 64 }, (_, index) => `"d${'*'.repeat(index + 1)}"`).join();
    expect(await answerTo(request(`"from":0,"to":600000,"metrics":[${globs}]`))).toMatchObject({
      code: 'too_many_values',
      error: expect.stringContaining('ask for fewer metrics or points'),
    });
    client.send(request(`"from":0,"to":600000,"points":320,"metrics":[${globs}]`));
    const { series } = JSON.parse(await client.next()) as { series: unknown[] };
    expect(series).toHaveLength(SERIES);
  });

  it('as a plain client, stream or poll is no message at all', async () => {
    const plain = await SocketClient.connect(server.url);
    plain.send(request('"from":0,"to":1'));
    expect(JSON.parse(await plain.next())).toEqual({
      type: 'error',
      error: 'Unknown action: say "hello" first',
    });
    await plain.close();
    const body = `{"subscriptions":[{"action":"history","metrics":["disk.1.read"],"from":0,"to":1}]}`;
    const poll = await fetch(`${server.url}metrics/poll`, { method: 'POST', body });
    expect([poll.status, await poll.json()]).toMatchObject([400, { code: 'unknown_metric' }]);
  });

  it('may come a thousand times in a row over HTTP: all are answered, and others in between', async () => {
    const path = '/history?metrics=disk.1.read,disk.20*&from=0&to=600000&points=20';
    const statuses: number[] = [];
    const asking = Array.from({ length: 8 }, async () => {
      for (let count = 0; count < 125; count += 1) statuses.push((await ask(server.port, path)).status);
    });
    await expect.poll(() => statuses.length).toBeGreaterThan(50);
    client.send('ping');
    expect(await client.next()).toBe('pong');
    expect(statuses.length).toBeLessThan(1000);
    await Promise.all(asking);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('viewers that ask for the whole past as often as allowed', () => {
  let test: TestHub;
  let history: MemoryHistory;

  beforeEach(() => {
    test = new TestHub();
    history = new MemoryHistory({
      metrics: ['cpu', 'memory'],
      timesMs: SECONDS,
      sliceLength: 1,
      // As long as a step may take.
      onStep: () => test.clock.stall(1),
    });
    test.host.history = history;
  });

  const from = (address: string): Peer => ({ ...LOCAL, address });

  function connectGreedy(address = '198.51.100.1'): TestClient {
    const client = test.connect('v1', { peer: from(address), frameMs: 1 });
    client.take();
    return client;
  }

  function askFor4(client: TestClient): void {
    for (const id of [1, 2, 3, 4]) client.send({ ...EVERYTHING, id });
  }

  it('are served a little in each turn of the event loop, after every other client has a new sample', async () => {
    const greedy = Array.from({ length: 10 }, (_, index) => connectGreedy(`198.51.100.${index}`));
    const honest = test.connect('v1', { peer: from('192.0.2.1') });
    honest.send({ action: 'subscribe', metrics: ['cpu'] });
    honest.take();
    for (const client of greedy) askFor4(client);
    const taken = (): number => greedy.reduce((sum, client) => sum + client.take().length, 0);
    for (let seq = 1; seq <= 20; seq += 1) {
      taken();
      let before = Number.NaN;
      honest.onReceived(() => (before = taken()));
      test.publish();
      expect(honest.takeMessages()).toMatchObject([{ type: 'metrics', seq }]);
      expect(before).toBe(0);
      await nextTurn();
      expect(taken()).toBeLessThan(6);
    }
  });

  it('and never read cost nothing: nothing is read ahead, and leaving ends it', () => {
    const client = connectGreedy();
    client.stopReading();
    askFor4(client);
    expect([history.sliceCount, client.take()]).toEqual([0, []]);
    client.stopReadingAfter(1);
    client.readAgain();
    client.leave();
    expect(history.openReads).toBe(0);
  });

  it('are closed with 4102 if they keep asking without reading', async () => {
    const client = connectGreedy();
    client.stopReading();
    let sent = 0;
    for (; client.closes.length === 0 && sent < 1000; sent += 1) {
      client.send({ ...EVERYTHING, id: sent, host: 'x'.repeat(250) });
      await test.clock.advance(105);
    }
    expect(client.closes).toEqual([{ code: 4102, reason: expect.stringContaining('wait for the answers') }]);
    expect(history.openReads).toBe(0);
  });
});
