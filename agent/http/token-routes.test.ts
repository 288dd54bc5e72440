import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccess, type Access } from '../auth/access.ts';
import { DEFAULTS } from '../config.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { createApp } from './app.ts';
import { grantOf } from './authorization.ts';

const ADMIN = 'a-secret-of-32-random-characters';
const CPU = { label: 'page', metrics: ['cpu'], origins: ['https://page.example'], expiresInS: 60 };

let stateFolder: string;
let access: Access;
let app: ReturnType<typeof createApp>;

beforeEach(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  access = await createAccess({ ...DEFAULTS, token: ADMIN, stateFolder });
  app = appOf(access);
});
afterEach(() => rmSync(stateFolder, { recursive: true }));

function appOf({ tokens, authenticator }: Access): typeof app {
  return createApp({
    manifest: new Map(),
    log: capturedLog().log,
    health: () => ({
      status: 'ok',
      version: '1.2.3',
      uptimeSeconds: 1,
      samplerLagMs: 2,
      skippedSamples: 3,
      history: { state: 'off' },
      alerts: { state: 'off' },
    }),
    access: { tokens, grantOf: grantOf({ authenticator, resolvePeer: () => LOCAL }) },
  });
}

function ask(method: string, path: string, token?: string, body?: unknown): Response | Promise<Response> {
  const request = {
    method,
    headers: token === undefined ? new Headers() : { Authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body),
  };
  return app.request(path, request, {});
}

describe('/tokens', () => {
  it('creates a token, lists it without the token itself, and revokes it', async () => {
    const made = await ask('POST', '/tokens', ADMIN, CPU);
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { token, record } = (await made.json()) as { token: string; record: { id: string } };
    const listed = await (await ask('GET', '/tokens', ADMIN)).text();
    expect(JSON.parse(listed)).toEqual({ tokens: [record] });
    expect(listed).not.toContain(token);
    expect(listed).not.toContain(ADMIN);
    expect((await ask('DELETE', `/tokens/${record.id}`, ADMIN)).status).toBe(204);
    expect(await (await ask('GET', '/tokens', ADMIN)).json()).toEqual({ tokens: [] });
    expect((await ask('DELETE', `/tokens/${record.id}`, ADMIN)).status).toBe(404);
  });

  it('answers 404 without a token, with a wrong one, and with one that is not an admin’s', async () => {
    const { token } = (await (
      await ask('POST', '/tokens', ADMIN, { metrics: ['*'], tables: ['*'], expiresInS: null })
    ).json()) as { token: string };
    const nowhere = await ask('GET', '/nowhere');
    for (const bearer of [undefined, 'wrong', token]) {
      for (const [method, path] of [
        ['GET', '/tokens'],
        ['POST', '/tokens'],
        ['DELETE', '/tokens/x'],
      ] as const) {
        const answer = await ask(method, path, bearer, method === 'POST' ? CPU : undefined);
        expect([answer.status, await answer.text()]).toEqual([404, 'Not found.\n']);
      }
    }
    expect([nowhere.status, await nowhere.text()]).toEqual([404, 'Not found.\n']);
  });

  it('answers 404 to everyone if the agent is open and has no secret', async () => {
    app = appOf(await createAccess({ ...DEFAULTS, stateFolder }));
    expect((await ask('GET', '/tokens')).status).toBe(404);
    expect((await ask('POST', '/tokens', 'anything', CPU)).status).toBe(404);
  });

  it.each([
    ['{', /^Invalid request/],
    [[], /^Invalid/],
    [{ ...CPU, metrics: [] }, /^Invalid metrics: must name at least one/],
    [{ ...CPU, metrics: ['cpu', 7] }, /^Invalid metrics: expected names/],
    [{ ...CPU, metrics: Array<string>(65).fill('cpu') }, /^Invalid metrics: must name at most 64/],
    [{ ...CPU, origins: ['*'] }, /^Invalid origins: must have origins such as/],
    [{ ...CPU, origins: ['null'] }, /^Invalid origins/],
    [{ ...CPU, expiresInS: 0 }, /^Invalid expiresInS: must be at least 1/],
    [{ ...CPU, expiresInS: undefined }, /^Invalid expiresInS/],
    [{ ...CPU, label: '\u202e' }, /^Invalid label: must have visible characters/],
    [{ ...CPU, metrics: Array<string>(64).fill(`disk.${'a'.repeat(200)}.read`) }, /too long: name fewer/],
    [{ ...CPU, metrics: ['cpu', 'cpuu'] }, /^Invalid metrics: no metric is called cpuu: did you mean cpu\?/],
    [{ ...CPU, tables: ['process'] }, /^Invalid tables: no table is called process: there is processes/],
  ])('refuses an invalid request, case %#, with the field and the fix', async (body, sentence) => {
    const answer = await ask('POST', '/tokens', ADMIN, body);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(sentence);
    expect(await access.tokens.list()).toEqual([]);
  });

  it('answers only an admin with 503 and what is wrong with the state folder', async () => {
    const { token } = (await (await ask('POST', '/tokens', ADMIN, CPU)).json()) as { token: string };
    writeFileSync(join(stateFolder, 'signing-key'), '');
    const answer = await ask('POST', '/tokens', ADMIN, CPU);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/^signing-key in .* is damaged/) });
    const stranger = await ask('POST', '/tokens', token, CPU);
    expect([stranger.status, await stranger.text()]).toEqual([404, 'Not found.\n']);
    expect(await (await ask('GET', '/healthz', token)).json()).toEqual({ status: 'ok' });
  });

  it('refuses a body above 16 KB', async () => {
    expect((await ask('POST', '/tokens', ADMIN, 'x'.repeat(17_000))).status).toBe(413);
  });
});

describe('/healthz of an agent that requires a token', () => {
  it('tells everyone that the agent is alive, and everything only to a full grant', async () => {
    expect(await (await ask('GET', '/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await ask('GET', '/healthz', 'wrong')).json()).toEqual({ status: 'ok' });
    expect(await (await ask('GET', '/healthz', ADMIN)).json()).toMatchObject({ version: '1.2.3' });
  });
});
