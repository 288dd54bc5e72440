import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeHistory } from '../../shared/protocol/columns.ts';
import { historySchema } from '../../shared/protocol/messages.ts';
import { createToken, type TokenRequest } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { TokenStore } from '../auth/token-store.ts';
import { HistoryError } from '../store/sample-history.ts';
import { ask, type Answer } from '../testing/http-request.ts';
import { LiveServer } from '../testing/live-server.ts';
import { MemoryHistory, type MemoryHistoryOptions } from '../testing/memory-history.ts';
import { SocketClient } from '../testing/socket-client.ts';
import { PROCESSES, TOKEN } from '../testing/test-hub.ts';

const SECONDS = (count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * 1000);
const COLUMNS = 'application/vnd.metrics-panel.columns';

let server: LiveServer;
let history: MemoryHistory;

function keep(options: MemoryHistoryOptions): void {
  history = new MemoryHistory(options);
  server.host.history = history;
}

beforeEach(async () => {
  server = await new LiveServer().start();
  keep({ timesMs: SECONDS(1000) });
});

afterEach(async () => {
  await server.assertAlive();
  await server.stop();
});

const get = (query: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  ask(server.port, `/history?${query}`, { headers, method });
const json = ({ body }: Answer) => JSON.parse(body.toString()) as Record<string, unknown>;

describe('GET /history', () => {
  it('answers with the fields of a history message, in one piece', async () => {
    const answer = await get('metrics=cpu,memory&from=2000&to=4000');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      vary: expect.stringContaining('Accept'),
    });
    expect(json(answer)).toEqual({
      host: 'web-1',
      series: [
        { name: 'cpu', label: 'cpu', unit: 'percent', group: 'cpu' },
        { name: 'memory', label: 'memory', unit: 'percent', group: 'memory' },
      ],
      tier: 'seconds',
      stepMs: 1000,
      gaps: [],
      tables: [],
      ts: [2000, 3000],
      mean: [
        [1, 2],
        [2, 3],
      ],
    });
  });

  it('says the same as the messages of a socket, of 10,000 points too', async () => {
    keep({
      timesMs: SECONDS(20_000),
      sliceLength: 777,
      gaps: [{ fromMs: 5000, toMs: 6000, reason: 'not_written' }],
      tables: [PROCESSES],
      table: { timestampMs: 4000, rows: '[[7,"hog"]]' },
    });
    const answer = json(await get('metrics=memory*&tables=processes&from=1000&to=20001000&points=10000'));
    const client = server.connectV1();
    client.send({
      action: 'history',
      metrics: ['memory*'],
      tables: ['processes'],
      from: 1000,
      to: 20_001_000,
      points: 10_000,
    });
    const slices = client.takeMessages().map((message) => v.parse(historySchema, message));
    const joined = (name: 'mean' | 'min' | 'max') =>
      [0, 1].map((series) => slices.flatMap((slice) => slice[name]?.[series] ?? []));
    const { host, series, tier, stepMs, gaps, tables } = slices[0] ?? {};
    expect(answer).toEqual({
      host,
      series,
      tier,
      stepMs,
      gaps,
      tables,
      ts: slices.flatMap(({ ts }) => ts),
      mean: joined('mean'),
      min: joined('min'),
      max: joined('max'),
    });
    expect(answer['ts']).toHaveLength(10_001);
  });

  it('knows now, which is the clock of the host', async () => {
    const nowMs = server.clock.wallNow();
    keep({ timesMs: [nowMs - 7_200_000, nowMs - 60_000, nowMs - 1000] });
    expect(json(await get('metrics=cpu'))['ts']).toHaveLength(2);
    expect(json(await get('metrics=cpu&from=-1m&to=now'))['ts']).toHaveLength(2);
    expect(json(await get('metrics=cpu&from=-30s'))['ts']).toHaveLength(1);
  });

  it('has an answer where nothing is kept', async () => {
    expect(json(await get('metrics=cpu&from=5000000&to=6000000'))).toMatchObject({ ts: [], mean: [[]] });
  });

  it.each([
    ['host=other', 404, 'unknown_host', 'Unknown host'],
    ['metrics=gpu', 404, 'unknown_metric', 'Unknown metric: gpu'],
    ['metrics=x*', 404, 'unknown_metric', 'No metric matches x*'],
    ['tables=files', 404, 'unknown_table', 'Unknown table: files'],
    ['from=soon', 400, 'invalid_message', /^Invalid from: expected Unix ms/],
    ['points=0', 400, 'invalid_message', 'Invalid points: must be at least 1'],
  ])('answers ?metrics=cpu&%s with %d %s', async (query, status, code, error) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await get(`metrics=cpu&${query}`, { Accept: 'text/csv' }, method);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/json');
      if (method === 'GET') {
        const told = typeof error === 'string' ? error : expect.stringMatching(error);
        expect(json(answer)).toEqual({ type: 'error', code, error: told });
      }
    }
  });

  it('says how to get a history where none is kept', async () => {
    server.host.history = undefined;
    const answer = await get('metrics=cpu');
    expect([answer.status, json(answer)]).toEqual([
      404,
      {
        type: 'error',
        error:
          'This agent keeps no history now: start it without --history off, or see in its log why it cannot',
        code: 'history_off',
      },
    ]);
  });

  it('says when to ask again while the history is being opened', async () => {
    server.host.history = null;
    const answer = await get('metrics=cpu');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(json(answer)).toMatchObject({ code: 'history_opening', retryMs: 1000 });
  });

  it('answers 503 when the history fails in the middle of an answer, in every format', async () => {
    for (const Accept of ['application/json', 'text/csv', COLUMNS]) {
      let steps = 0;
      const onStep = (): void => {
        steps += 1;
        if (steps === 5) throw new HistoryError('disk I/O error');
      };
      keep({ timesMs: SECONDS(1000), onStep });
      const answer = await get('metrics=cpu&from=0&to=1000000', { Accept });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
      expect(json(answer)).toMatchObject({ code: 'history_failed' });
      expect(history.openReads).toBe(0);
    }
  });

  it('reads nothing for HEAD', async () => {
    const answer = await get('metrics=cpu&from=0&to=1000000', {}, 'HEAD');
    expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([
      200,
      'application/json',
      0,
    ]);
    expect(history.sliceCount).toBe(0);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('has no answer for %s', async (method) => {
    const answer = await get('metrics=cpu', {}, method);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('Accept', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,*/*;q=0.8', 'application/json'],
    ['text/csv', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    [`${COLUMNS}, application/json;q=0.9`, COLUMNS],
    ['image/png', 'application/json'],
  ])('%s is answered with %s', async (accept, type) => {
    const answer = await get('metrics=cpu', accept === undefined ? {} : { Accept: accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  it('text/csv has a line per sample, with times in ISO 8601', async () => {
    keep({ metrics: ['cpu'], timesMs: [1000, 2000] });
    const { body } = await get('metrics=cpu,memory&from=0&to=10000', { Accept: 'text/csv' });
    expect(body.toString()).toBe(
      'time,cpu (percent),memory (percent)\r\n' +
        '1970-01-01T00:00:01.000Z,0,\r\n' +
        '1970-01-01T00:00:02.000Z,1,\r\n',
    );
  });

  it('text/csv has minimum and maximum where points are not samples', async () => {
    keep({ timesMs: SECONDS(6) });
    const { body } = await get('metrics=cpu&from=0&to=6000&points=3', { Accept: 'text/csv' });
    expect(body.toString().split('\r\n').slice(0, 3)).toEqual([
      'time,cpu (percent),cpu min (percent),cpu max (percent)',
      '1970-01-01T00:00:00.000Z,0,0,0',
      '1970-01-01T00:00:02.000Z,1.5,1,2',
    ]);
  });

  it('text/csv has an empty line in a gap, so that no spreadsheet draws a line across it', async () => {
    const gap = { fromMs: 2000, toMs: 9000, reason: 'agent_restart' };
    // The last two are as far apart, but of an agent that sampled so.
    keep({ timesMs: [1000, 2000, 9000, 12_000], gaps: [{ ...gap, fromMs: 0, toMs: 1000 }, gap] });
    const { body } = await get('metrics=cpu,memory&from=0&to=20000', { Accept: 'text/csv' });
    expect(body.toString().trimEnd().split('\r\n').slice(1)).toEqual([
      '1970-01-01T00:00:01.000Z,0,1',
      '1970-01-01T00:00:02.000Z,1,2',
      '1970-01-01T00:00:03.000Z,,',
      '1970-01-01T00:00:09.000Z,2,3',
      '1970-01-01T00:00:12.000Z,3,4',
    ]);
    const steps = await get('metrics=cpu&from=0&to=20000&points=10', { Accept: 'text/csv' });
    expect(steps.body.toString()).toContain('\r\n1970-01-01T00:00:04.000Z,,,\r\n1970-01-01T00:00:08.000Z,');
  });

  it('text/csv has each line once, however long a slice is', async () => {
    keep({ timesMs: SECONDS(4000), sliceLength: 4000 });
    const { body } = await get('metrics=cpu,memory&from=0&to=5000000&points=5000', { Accept: 'text/csv' });
    const [, ...lines] = body.toString().trimEnd().split('\r\n');
    expect(lines).toEqual(SECONDS(4000).map((ms, row) => `${new Date(ms).toISOString()},${row},${row + 1}`));
  });

  it('text/csv has no cell that a spreadsheet takes for a formula', async () => {
    keep({ metrics: ['=cmd|A1', '@sum(1,2)'], timesMs: [1000] });
    const { body } = await get('metrics=*cmd*,@sum*&from=0&to=2000', { Accept: 'text/csv' });
    expect(body.toString().split('\r\n')[0]).toBe(`time,'=cmd|A1 (percent),"'@sum(1,2) (percent)"`);
  });

  it.each([1000, 100])('the columns of %d points hold the same as JSON', async (points) => {
    const query = `metrics=cpu,memory&from=1000&to=1001000&points=${points}`;
    const { body } = await get(query, { Accept: COLUMNS });
    const { header, points: read } = decodeHistory(body);
    const plain = (columns: readonly Float64Array[] | undefined) => columns?.map((column) => [...column]);
    const { ts, mean, min, max } = read;
    const told = json(await get(query));
    expect({ ...header, ts: [...ts], mean: plain(mean), min: plain(min), max: plain(max) }).toEqual(told);
    expect(ts.length).toBeGreaterThan(points / 2);
  });
});

describe('compression', () => {
  it.each(['application/json', 'text/csv', COLUMNS])('of %s is by Accept-Encoding', async (Accept) => {
    const query = 'metrics=cpu,memory&from=1000&to=1001000';
    const plain = await get(query, { Accept });
    const answer = await get(query, { Accept, 'Accept-Encoding': 'gzip, br' });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: expect.stringContaining('Accept-Encoding'),
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(answer.body)).toEqual(plain.body);
    expect(answer.body.length).toBeLessThan(plain.body.length / 2);
  });
});

describe('a page of another origin', () => {
  const Origin = 'https://status.example';

  it('may read answers and refusals if it is allowed, and send a token', async () => {
    const other = await new LiveServer({ allowOrigins: [Origin] }).start();
    other.host.history = new MemoryHistory({ timesMs: [1000] });
    const options = { headers: { Origin } };
    const answer = await ask(other.port, '/history?metrics=cpu', options);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': Origin,
      vary: expect.stringContaining('Origin'),
    });
    const unknown = await ask(other.port, '/history?metrics=gpu', options);
    expect([unknown.status, unknown.headers['access-control-allow-origin']]).toEqual([404, Origin]);
    const preflight = await ask(other.port, '/history?metrics=cpu', {
      method: 'OPTIONS',
      headers: {
        Origin,
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': expect.stringContaining('Authorization'),
    });
    await other.stop();
  });

  it('may read why it is refused', async () => {
    const answer = await get('metrics=cpu', { Origin });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, Origin]);
    expect(json(answer)).toMatchObject({ code: 'origin_not_allowed' });
  });
});

describe('an agent that needs a token', () => {
  beforeEach(async () => {
    await server.stop();
    server = await new LiveServer({ requiresToken: true }).start();
    keep({ timesMs: SECONDS(10) });
  });

  it('tells nothing without a good one', async () => {
    for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: `Basic ${TOKEN}` }]) {
      const answer = await get('metrics=gpu&from=bad', headers);
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(json(answer)['type']).toBe('auth_error');
    }
    expect(history.sliceCount).toBe(0);
  });

  it('answers with it', async () => {
    const answer = await get('metrics=cpu&from=0&to=3000', { Authorization: `Bearer ${TOKEN}` });
    expect(json(answer)['ts']).toEqual([1000, 2000]);
  });
});

describe('a signed token', () => {
  let path: string;
  let tokens: TokenStore;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
    tokens = new TokenStore(new StateFolder(path));
    await server.stop();
    server = await new LiveServer({ requiresToken: true, tokens }).start();
    keep({ metrics: ['cpu', 'memory', 'disk.sda'], timesMs: SECONDS(10) });
  });
  afterEach(() => rm(path, { recursive: true }));

  async function tokenFor(request: Partial<TokenRequest>) {
    const limits = { label: '', metrics: ['*'], tables: [], hosts: ['*'], origins: [], expiresAtMs: null };
    const { token, record } = await createToken(tokens, { ...limits, ...request });
    return { id: record.id, headers: { Authorization: `Bearer ${token}` } };
  }

  it('shows its metrics and hosts only, and the rest as if it did not exist', async () => {
    const { headers } = await tokenFor({ metrics: ['disk*'] });
    const answer = json(await get('metrics=*&from=0&to=5000', headers));
    expect(answer).toMatchObject({ series: [{ name: 'disk.sda' }], mean: [[2, 3, 4, 5]] });
    expect(JSON.stringify(answer)).not.toMatch(/cpu|memory/);
    const hidden = await get('metrics=memory', headers);
    const unknown = await get('metrics=nothing', headers);
    expect(hidden.status).toBe(404);
    expect(hidden.body.toString()).toBe(unknown.body.toString().replace('nothing', 'memory'));
    const elsewhere = await tokenFor({ hosts: ['web-2'] });
    for (const host of ['', '&host=web-1', '&host=web-3']) {
      const refused = await get(`metrics=cpu${host}`, elsewhere.headers);
      expect([refused.status, json(refused)['code']]).toEqual([404, 'unknown_host']);
    }
  });

  it('that is revoked ends the answer', async () => {
    const { id, headers } = await tokenFor({});
    const metrics = Array.from({ length: 64 }, (_, index) => `m.${index}`);
    keep({ metrics, timesMs: SECONDS(20_000), sliceLength: 500 });
    const request = openRequest({
      host: '127.0.0.1',
      port: server.port,
      path: '/history?metrics=m.*&from=0&to=20000000&points=10000',
      headers,
      agent: false,
    });
    request.on('error', () => {});
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    await tokens.remove(id);
    const closed = new Promise((resolve) => response.on('close', resolve));
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
    expect((await get('metrics=m.1', headers)).status).toBe(401);
  });
});

it('an answer counts as a live connection', async () => {
  const small = await new LiveServer({ maxConnectionsPerAddress: 1 }).start();
  small.host.history = new MemoryHistory({ timesMs: [1000] });
  const client = await SocketClient.connect(small.url, 'metrics-panel.v1');
  const refused = await ask(small.port, '/history?metrics=cpu');
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, expect.any(String)]);
  await client.close();
  await expect.poll(async () => (await ask(small.port, '/history?metrics=cpu')).status).toBe(200);
  await small.stop();
});

describe('a client that', () => {
  /** Opens a request and reads nothing of its answer. */
  async function unread(query: string, port = server.port, headers = {}) {
    const request = openRequest({
      host: '127.0.0.1',
      port,
      path: `/history?${query}`,
      headers,
      agent: false,
    });
    request.on('error', () => {});
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    response.pause();
    return { request, response };
  }
  const NAMES = Array.from({ length: 64 }, (_, index) => `m.${index}`);
  const WIDE = `metrics=${NAMES.join()}&from=0&to=20000000&points=10000`;
  const keepWide = (): void => keep({ metrics: NAMES, timesMs: SECONDS(20_000), sliceLength: 500 });

  it('gets no answer gives back its room', async () => {
    const onStep = (): void => {
      throw new HistoryError('disk I/O error');
    };
    keep({ metrics: NAMES, timesMs: SECONDS(10), onStep });
    for (let count = 0; count < 4; count += 1) expect((await get(WIDE)).status).toBe(503);
    keep({ metrics: NAMES, timesMs: SECONDS(10) });
    expect((await get(WIDE)).status).toBe(200);
  });

  it('leaves while its answer is read ends the reading', async () => {
    const requests: ClientRequest[] = [];
    keep({
      timesMs: SECONDS(10_000),
      sliceLength: 1,
      onStep: () => {
        server.clock.stall(1);
        if (history.sliceCount === 10) for (const request of requests) request.destroy();
      },
    });
    const path = '/history?metrics=cpu&from=1000&to=10001000&points=10000';
    const request = openRequest({ host: '127.0.0.1', port: server.port, path, agent: false });
    requests.push(request);
    request.on('error', () => {});
    request.end();
    await expect.poll(() => history.sliceCount).toBeGreaterThan(9);
    await expect.poll(() => history.openReads).toBe(0);
    expect(history.sliceCount).toBeLessThan(1000);
  });

  it.each([{}, { 'Accept-Encoding': 'gzip' }])(
    'does not read (%j) keeps no agent from stopping',
    async (headers) => {
      const stopping = await new LiveServer().start();
      stopping.host.history = new MemoryHistory({
        metrics: NAMES,
        timesMs: SECONDS(20_000),
        sliceLength: 500,
      });
      await unread(WIDE, stopping.port, headers);
      expect(stopping.clock.pending).toBeGreaterThan(0);
      await stopping.stop();
      await expect.poll(() => stopping.clock.pending).toBe(0);
    },
  );

  it('does not read keeps others waiting only until it is cut', async () => {
    keepWide();
    const unreadable = [await unread(WIDE), await unread(WIDE)];
    const patient = get(WIDE);
    const slices = history.sliceCount;
    const areCut = Promise.all(
      unreadable.map(({ response }) => new Promise((resolve) => response.on('close', resolve))),
    );
    await expect
      .poll(async () => {
        await server.clock.advance(5000);
        return history.sliceCount > slices;
      })
      .toBe(true);
    for (const { response } of unreadable) response.resume();
    await areCut;
    // The other may go on: there is room now.
    expect(unreadable.map(({ response }) => response.complete)).toContain(false);
    const { status, body } = await patient;
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ stepMs: 2000 });
  });
});
