import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccess, type Access, type AccessOptions } from '../auth/access.ts';
import { EVERYTHING } from '../auth/grant.ts';
import { createToken, type TokenRequest } from '../auth/signed-tokens.ts';
import { DEFAULTS } from '../config.ts';
import { AlertAgent, BUSY, SETTINGS } from '../testing/alert-agent.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { MirroredAlerts } from '../hosts/mirrored-alerts.ts';
import { RemoteHost } from '../hosts/remote-host.ts';
import { FarHost } from '../testing/far-host.ts';
import { sampleAlert } from '../testing/sample-alert.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { createApp } from './app.ts';
import { grantOf } from './authorization.ts';

const ADMIN = 'a-secret-of-32-random-characters';
const PATH = '/state/alerts.yaml';
const CHANGES = [
  ['POST', '/alerts/silences', {}],
  ['DELETE', '/alerts/silences/x', undefined],
  ['PUT', '/alerts/rules/busy', {}],
  ['DELETE', '/alerts/rules/busy', undefined],
  ['POST', '/alerts/channels/phone/test', undefined],
] as const;

let folder: string;
let told: string[];
let agent: AlertAgent;
let access: Access;
let app: ReturnType<typeof createApp>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  told = [];
  agent = new AlertAgent(folder, told);
  await useAccess({ token: ADMIN });
});
afterEach(async () => {
  await agent.stop();
  rmSync(folder, { recursive: true });
});

async function useAccess(options: Partial<AccessOptions>, { isOff = false } = {}): Promise<void> {
  access = await createAccess({ ...DEFAULTS, stateFolder: join(folder, 'state'), ...options });
  const { authenticator, tokens } = access;
  const resolvePeer = () => ({ ...LOCAL, origin: 'https://page.example' });
  const granted = grantOf({ authenticator, resolvePeer });
  app = createApp({
    manifest: new Map(),
    log: capturedLog().log,
    health: () => {
      throw new Error('not asked');
    },
    access: { tokens, grantOf: granted },
    alerts: {
      alerts: isOff ? null : agent.sink,
      hosts: agent.hosts,
      path: PATH,
      grantOf: granted,
      resolvePeer,
      wallNow: () => agent.recorded.clock.wallNow(),
    },
  });
}

async function tokenFor(request: Partial<TokenRequest>): Promise<string> {
  const { token } = await createToken(access.tokens, {
    ...EVERYTHING,
    metrics: ['*'],
    tables: ['*'],
    hosts: ['*'],
    label: '',
    origins: [],
    expiresAtMs: null,
    ...request,
  });
  return token;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  token: string | null = ADMIN,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body);
  const headers = new Headers(token === null ? {} : { Authorization: `Bearer ${token}` });
  const response = await app.request(path, { method, headers, body: text }, {});
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    json: isJson ? JSON.parse(answer) : { answer },
  };
}

const idsOf = ({ json }: Answer): unknown[] => (json['alerts'] as { id: string }[]).map(({ id }) => id);

describe('GET /alerts', () => {
  it('lists what goes on and what has ended, with everything that one can do about it', async () => {
    agent.file.settings = {
      ...SETTINGS,
      channels: [
        { name: 'phone', type: 'ntfy', address: { url: 'https://ntfy.example/secret' }, token: null },
      ],
    };
    agent.delivery.problems.set('phone', 'phone: ntfy.example did not answer.');
    await agent.run(12, 95);
    await agent.run(10, 50);
    await agent.run(12, 95);
    const answer = await ask('GET', '/alerts');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { alerts, rules, ...rest } = answer.json;
    expect(alerts).toMatchObject([
      { rule: 'busy', metric: 'cpu', state: 'firing', value: 95 },
      { rule: 'busy', metric: 'cpu', state: 'ended', outcome: 'resolved' },
    ]);
    expect((alerts as object[])[0]).not.toHaveProperty('policy');
    expect(rules).toEqual([
      {
        ...BUSY,
        isDefault: false,
        isChanged: false,
        isOff: false,
        source: { above: 90 },
      },
    ]);
    expect(rest).toEqual({
      more: false,
      lines: [
        {
          rule: 'busy',
          title: 'Busy',
          severity: 'warning',
          metrics: ['cpu'],
          direction: 'above',
          threshold: 90,
        },
      ],
      silences: [],
      channels: [{ name: 'phone', type: 'ntfy', problem: 'phone: ntfy.example did not answer.' }],
      mayWrite: true,
      fileProblem: null,
      file: { path: PATH },
    });
    expect(JSON.stringify(answer.json)).not.toContain('secret');
  });

  it('answers a range of time and a host, newest first, and says when there is more', async () => {
    const { clock } = agent.recorded;
    for (let round = 0; round < 3; round += 1) {
      await agent.run(12, 95);
      await agent.run(12, 50);
    }
    const all = await ask('GET', '/alerts?host=a');
    expect([idsOf(all).length, all.json['more']]).toEqual([3, false]);
    const two = await ask('GET', '/alerts?limit=2');
    expect([idsOf(two), two.json['more']]).toEqual([idsOf(all).slice(0, 2), true]);
    const [newest] = all.json['alerts'] as { endedMs: number; sinceMs: number }[];
    const { endedMs = 0, sinceMs = 0 } = newest ?? {};
    expect(idsOf(await ask('GET', `/alerts?from=${endedMs}&to=${endedMs + 1}`))).toEqual(
      idsOf(all).slice(0, 1),
    );
    expect(idsOf(await ask('GET', `/alerts?from=0&to=${sinceMs}`))).toEqual(idsOf(all).slice(1));
    // Older than those that are in memory alone.
    await agent.recorded.stall(3 * 86_400);
    expect(idsOf(await ask('GET', '/alerts'))).toEqual([]);
    expect(idsOf(await ask('GET', `/alerts?from=0&to=${clock.wallNow()}`))).toEqual(idsOf(all));
  });

  it.each([
    ['from=x', 'Invalid from: must be Unix ms.'],
    ['from=5&to=5', 'Invalid from: must be before "to".'],
    ['limit=0', 'Invalid limit: must be at least 1.'],
    ['limit=5000', 'Invalid limit: must be at most 1000.'],
  ])('refuses %s', async (query, error) => {
    expect(await ask('GET', `/alerts?${query}`)).toMatchObject({ status: 400, json: { error } });
  });

  it('knows no host that there is not', async () => {
    expect(await ask('GET', '/alerts?host=b')).toMatchObject({ status: 404, json: { code: 'unknown_host' } });
  });

  it('answers for a host of another agent with what that agent told, by its id or label, also without alerts of its own', async () => {
    const { clock } = agent.recorded;
    const far = new FarHost(clock);
    const board = new MirroredAlerts(far.id);
    agent.hosts.add(new RemoteHost({ summary: far.summary, feed: far, clock, alerts: board }));
    const { sinceMs } = sampleAlert();
    const line = { rule: 'r', title: 't', severity: 'warning', direction: 'above', threshold: 1 };
    board.take({
      complete: true,
      alerts: [
        { ...sampleAlert(), id: 'old', endedMs: sinceMs + 1 },
        { ...sampleAlert(), id: 'new', metric: 'memory', sinceMs: sinceMs + 5 },
      ],
      lines: [{ ...line, metrics: ['cpu', 'memory'] }],
    });
    const range = `from=${sinceMs}&to=${sinceMs + 10}`;
    for (const host of ['far-1', 'far']) {
      const answer = await ask('GET', `/alerts?host=${host}&${range}`);
      expect(answer.json).toMatchObject({
        alerts: [{ id: 'new', host: 'far-1' }, { id: 'old' }],
        more: false,
        lines: [{ metrics: ['cpu', 'memory'] }],
        rules: [],
        mayWrite: false,
      });
    }
    expect(idsOf(await ask('GET', `/alerts?host=far&from=${sinceMs + 2}&to=${sinceMs + 10}`))).toEqual([
      'new',
    ]);
    const some = await tokenFor({ metrics: ['memory'] });
    const part = await ask('GET', `/alerts?host=far&${range}`, undefined, some);
    expect([idsOf(part), part.json['lines']]).toEqual([['new'], [{ ...line, metrics: ['memory'] }]]);
    await useAccess({}, { isOff: true });
    expect(idsOf(await ask('GET', `/alerts?host=far&${range}`))).toEqual(['new', 'old']);
  });

  it('shows no more than the scope of a token, and nothing without one', async () => {
    agent.file.problem = 'alerts.yaml:1: wrong.';
    const rule = { ...BUSY, metrics: ['*'], condition: { ...BUSY.condition, threshold: 4, clear: 1 } };
    agent.file.settings = { ...SETTINGS, rules: [rule] };
    await agent.run(12, 95);
    const metricsOf = (answer: Answer): unknown[] =>
      (answer.json['alerts'] as { metric: string }[]).map(({ metric }) => metric).toSorted();
    expect(metricsOf(await ask('GET', '/alerts'))).toEqual(['cpu', 'memory']);
    const part = await ask('GET', '/alerts', undefined, await tokenFor({ metrics: ['memory'] }));
    expect(metricsOf(part)).toEqual(['memory']);
    expect(part.json).toMatchObject({
      lines: [],
      rules: [],
      channels: [],
      silences: [],
      mayWrite: false,
      fileProblem: null,
    });
    const other = await tokenFor({ hosts: ['b'] });
    expect(await ask('GET', '/alerts?host=a', undefined, other)).toMatchObject({ status: 404 });
    expect(await ask('GET', '/alerts', undefined, other)).toMatchObject({ json: { alerts: [], lines: [] } });
    for (const token of [null, 'wrong'])
      expect(await ask('GET', '/alerts', undefined, token)).toMatchObject({
        status: 404,
        json: { answer: 'Not found.\n' },
      });
  });

  it('says that alerts are off', async () => {
    await useAccess({ token: ADMIN }, { isOff: true });
    expect(await ask('GET', '/alerts')).toMatchObject({ status: 404, json: { code: 'alerts_off' } });
  });
});

describe('who may change something', () => {
  const mayWrite = async (token: string | null): Promise<unknown> =>
    (await ask('GET', '/alerts', undefined, token)).json['mayWrite'];

  it('is an admin, and a token for that which sees everything', async () => {
    await agent.run(2, 50);
    const writer = await tokenFor({ may: ['alerts:write'] });
    expect([await mayWrite(ADMIN), await mayWrite(writer)]).toEqual([true, true]);
    expect((await ask('POST', '/alerts/silences', { forMs: 60_000 }, writer)).status).toBe(201);
    for (const request of [{}, { may: ['alerts:write'], metrics: ['cpu'] }]) {
      const token = await tokenFor(request);
      expect(await mayWrite(token)).toBe(false);
      for (const [method, path, body] of CHANGES)
        expect(await ask(method, path, body, token)).toMatchObject({
          status: 403,
          json: { code: 'not_allowed' },
        });
    }
    expect([agent.sink.silences.length, agent.file.written]).toEqual([1, []]);
  });

  it('is everyone where only this machine reaches the agent, and it has no secret', async () => {
    await agent.run(2, 50);
    await useAccess({});
    expect(await mayWrite(null)).toBe(true);
    expect((await ask('POST', '/alerts/silences', { forMs: 60_000 }, null)).status).toBe(201);
  });

  it('is not everyone whom --anonymous shows everything', async () => {
    await agent.run(2, 50);
    await useAccess({ anonymous: EVERYTHING });
    expect(await mayWrite(null)).toBe(false);
    for (const [method, path, body] of CHANGES)
      expect((await ask(method, path, body, null)).status).toBe(403);
  });

  it('is nobody without a grant', async () => {
    for (const [method, path, body] of [...CHANGES, ['POST', '/alerts/x/acknowledge', {}] as const])
      expect((await ask(method, path, body, null)).status).toBe(404);
  });
});

describe('POST /alerts/:id/acknowledge', () => {
  it('acknowledges what goes on, and is seen', async () => {
    await agent.run(12, 95);
    const [id] = idsOf(await ask('GET', '/alerts'));
    const answer = await ask('POST', `/alerts/${String(id)}/acknowledge`);
    expect(answer).toMatchObject({
      status: 200,
      json: { alert: { id, acknowledgedMs: agent.recorded.clock.wallNow() } },
    });
    expect(agent.delivery.acknowledged).toEqual([id]);
    expect((await ask('POST', '/alerts/none/acknowledge')).status).toBe(404);
  });

  it('is for those who see the alert and may', async () => {
    await agent.run(12, 95);
    const [id] = idsOf(await ask('GET', '/alerts'));
    const path = `/alerts/${String(id)}/acknowledge`;
    const may = ['alerts:write'];
    expect((await ask('POST', path, {}, await tokenFor({ may, metrics: ['memory'] }))).status).toBe(404);
    expect((await ask('POST', path, {}, await tokenFor({}))).status).toBe(403);
    expect((await ask('POST', path, {}, await tokenFor({ may, metrics: ['cpu'] }))).status).toBe(200);
  });
});

describe('silences', () => {
  it('are made, listed and ended', async () => {
    await agent.run(12, 95);
    const made = await ask('POST', '/alerts/silences', { rule: 'busy', forMs: 3_600_000, comment: 'known' });
    const nowMs = agent.recorded.clock.wallNow();
    expect(made).toMatchObject({
      status: 201,
      json: {
        silence: {
          rule: 'busy',
          host: '*',
          metric: '*',
          fromMs: nowMs,
          untilMs: nowMs + 3_600_000,
          comment: 'known',
        },
      },
    });
    const { json } = await ask('GET', '/alerts');
    expect(json).toMatchObject({
      silences: [made.json['silence']],
      alerts: [{ silencedUntilMs: nowMs + 3_600_000 }],
    });
    const { id } = made.json['silence'] as { id: string };
    expect((await ask('DELETE', `/alerts/silences/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/alerts/silences/${id}`)).status).toBe(404);
    expect((await ask('GET', '/alerts')).json).toMatchObject({
      silences: [],
      alerts: [{ silencedUntilMs: null }],
    });
  });

  it.each([
    ['{', undefined, /^The body must be JSON\.$/],
    [[], 'forMs', /^Invalid/],
    [{}, 'forMs', /^Invalid forMs: give either forMs or untilMs\.$/],
    [{ forMs: 5000, untilMs: 5000 }, 'forMs', /give either/],
    [{ forMs: 1 }, 'forMs', /must be at least a second/],
    [{ forMs: 1e12 }, 'forMs', /must be at most a year/],
    [{ untilMs: 5 }, 'untilMs', /must be in the future/],
    [{ untilMs: 9e15 }, 'untilMs', /must be within a year/],
    [{ forMs: 5000, rule: '' }, 'rule', /must not be empty: use \* for all/],
    [{ forMs: 5000, host: 'a\u202eb' }, 'host', /must have visible characters only/],
    [{ forMs: 5000, comment: 'x'.repeat(201) }, 'comment', /must have at most 200 characters/],
    [{ forMs: 5000, metric: 7 }, 'metric', /expected a name or a glob/],
  ])('that are wrong are refused, case %#, with the field and the fix', async (body, field, error) => {
    const answer = await ask('POST', '/alerts/silences', body);
    expect(answer).toMatchObject({ status: 400, json: { error: expect.stringMatching(error) } });
    expect(answer.json['field']).toBe(field);
    expect(agent.sink.silences).toEqual([]);
  });

  it('are refused when they are longer than 64 kB', async () => {
    expect((await ask('POST', '/alerts/silences', `"${'x'.repeat(70_000)}"`)).status).toBe(413);
  });
});

describe('rules', () => {
  it('are written into alerts.yaml, and used at once', async () => {
    await agent.run(2, 50);
    expect(await ask('PUT', '/alerts/rules/busy', { metric: 'cpu', above: 90 })).toMatchObject({
      status: 200,
      json: { rule: { name: 'busy', source: { above: 90 } } },
    });
    expect((await ask('PUT', '/alerts/rules/other', 'off')).status).toBe(400);
    expect((await ask('PUT', '/alerts/rules/other', '"off"')).status).toBe(200);
    expect((await ask('DELETE', '/alerts/rules/a%20b')).status).toBe(204);
    expect(agent.file.written).toEqual([
      ['busy', { metric: 'cpu', above: 90 }],
      ['other', 'off'],
      ['a b', null],
    ]);
  });

  it('that the file refuses are told with the field', async () => {
    agent.file.refusal = { error: 'above must be a number.', field: 'above' };
    expect(await ask('PUT', '/alerts/rules/busy', { above: 'x' })).toMatchObject({
      status: 400,
      json: { error: 'above must be a number.', field: 'above' },
    });
    agent.file.refusal = { error: 'There is no rule x.', isUnknown: true };
    expect(await ask('DELETE', '/alerts/rules/x')).toMatchObject({
      status: 404,
      json: { code: 'unknown_rule' },
    });
    expect((await ask('PUT', '/alerts/rules/busy', 'null')).status).toBe(400);
  });
});

describe('a test', () => {
  it('says how it went', async () => {
    agent.file.settings = {
      ...SETTINGS,
      channels: [{ name: 'phone', type: 'slack', address: { url: 'https://slack.example/secret' } }],
    };
    expect(await ask('POST', '/alerts/channels/phone/test')).toMatchObject({
      status: 200,
      json: { ok: true },
    });
    agent.delivery.problems.set('phone', 'phone: slack.example did not answer.');
    expect((await ask('POST', '/alerts/channels/phone/test')).json).toEqual({
      ok: false,
      error: 'phone: slack.example did not answer.',
    });
    expect((await ask('POST', '/alerts/channels/none/test')).status).toBe(404);
  });
});

describe('other pages and methods', () => {
  it('may read the answers where the request guard lets them', async () => {
    const preflight = await app.request(
      '/alerts/rules/busy',
      {
        method: 'OPTIONS',
        headers: { Origin: 'https://page.example', 'Access-Control-Request-Method': 'PUT' },
      },
      {},
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,HEAD,POST,DELETE,PUT');
    const response = await app.request('/alerts', { headers: { Origin: 'https://page.example' } }, {});
    expect(response.headers.get('access-control-allow-origin')).toBe('https://page.example');
  });

  it.each([
    ['POST', '/alerts', 'GET, HEAD'],
    ['GET', '/alerts/silences', 'POST'],
    ['POST', '/alerts/rules/busy', 'PUT, DELETE'],
    ['GET', '/alerts/x/acknowledge', 'POST'],
  ])('%s %s is answered with what is allowed', async (method, path, allow) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });
});
