import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startAgent, type Agent } from '../agent.ts';
import { createToken } from './signed-tokens.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';
import { findPermissionRisk } from './state-permissions.ts';
import { DEFAULTS } from '../config.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { ask } from '../testing/http-request.ts';
import { SocketClient } from '../testing/socket-client.ts';

/** For a busy machine; nothing here waits that long. */
const TIMEOUT_MS = 60_000;
const PATIENTLY = { timeout: 30_000 };
const SECRET = 'a-secret-of-32-random-characters';
const PAGE = 'https://page.example';
const REQUEST = { label: '', metrics: ['cpu'], tables: [], hosts: ['*'], origins: [], expiresAtMs: null };

let folder: string;
let state: string;
let agent: Agent | undefined;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  state = join(folder, 'state');
});
afterEach(async () => {
  await agent?.stop();
  agent = undefined;
  rmSync(folder, { recursive: true });
});

async function start(): Promise<{ url: string; port: number }> {
  const captured = capturedLog();
  ({ lines } = captured);
  agent = await startAgent({ ...DEFAULTS, port: 0, token: SECRET, stateFolder: state }, captured.log);
  return { url: agent.url, port: Number(new URL(agent.url).port) };
}

/** Like another process. */
async function makeToken(origins: readonly string[] = []): Promise<string> {
  const { token } = await createToken(new TokenStore(new StateFolder(state)), {
    ...REQUEST,
    origins: [...origins],
  });
  return token;
}

async function poll(url: string, token: string, origin?: string): Promise<Response> {
  return fetch(`${url}metrics/poll`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...(origin === undefined ? {} : { Origin: origin }) },
    body: '{"subscriptions":[{"metrics":["cpu"]}]}',
  });
}

/** The close code of a WebSocket that sends the token; `null` if it is accepted. */
async function closeOf(url: string, token: string): Promise<[number, string] | null> {
  const client = await SocketClient.connect(url, 'metrics-panel.v1');
  client.send({ type: 'auth', token });
  if ((await client.next()).includes('auth_success')) {
    await client.close();
    return null;
  }
  return client.closed;
}

const tokenFile = (): string => readdirSync(state).find((name) => name.endsWith('.json')) ?? '';

describe('a fault of the state folder', { timeout: TIMEOUT_MS }, () => {
  it.each([
    [
      'a torn key',
      () => truncateSync(join(state, 'signing-key'), 10),
      /signing-key in .* is damaged: put it back/,
    ],
    ['an empty key', () => truncateSync(join(state, 'signing-key'), 0), /signing-key in .* is damaged/],
    ['a missing key', () => rmSync(join(state, 'signing-key')), /signing-key in .* is missing/],
    [
      'a pipe in its place',
      () => {
        rmSync(join(state, 'signing-key'));
        execFileSync('mkfifo', [join(state, 'signing-key')]);
      },
      /signing-key in .* is damaged/,
    ],
    [
      'a folder in its place',
      () => {
        rmSync(join(state, 'signing-key'));
        mkdirSync(join(state, 'signing-key'));
      },
      /Cannot read signing-key in .* \(EISDIR\)/,
    ],
    [
      'a missing record',
      () => rmSync(join(state, tokenFile())),
      /token-.*\.json is missing in .*: put it back/,
    ],
    ['a missing folder', () => rmSync(state, { recursive: true }), /signing-key in .* is missing/],
    [
      'a file where the folder was',
      () => {
        rmSync(state, { recursive: true });
        writeFileSync(state, '');
      },
      /Cannot look into .* \(ENOTDIR\)/,
    ],
  ])('does not count against a client that sends a good token: %s', async (_what, damage, sentence) => {
    const token = await makeToken();
    const { url, port } = await start();
    expect((await poll(url, token)).status).toBe(200);
    cpSync(state, `${state}-whole`, { recursive: true });
    damage();
    // More attempts than block an address.
    for (let i = 0; i < 6; i += 1) {
      const answer = await poll(url, token);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.json()).toMatchObject({ type: 'error', code: 'tokens_unreadable', retryMs: 5000 });
    }
    const sse = await ask(port, '/metrics/sse?subscriptions=[]', {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(sse.status).toBe(503);
    expect(await closeOf(url, token)).toEqual([
      4103,
      expect.stringMatching(/^The agent cannot look at tokens/),
    ]);
    // Independent of the folder.
    expect(await closeOf(url, SECRET)).toBeNull();
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(sentence)]);
    expect(lines.join('\n')).not.toContain(token);

    rmSync(state, { recursive: true, force: true });
    cpSync(`${state}-whole`, state, { recursive: true });
    expect((await poll(url, token)).status).toBe(200);
    expect(await closeOf(url, token)).toBeNull();
  });

  it.each([
    [
      'torn',
      () => truncateSync(join(state, 'tokens.json'), 10),
      /tokens\.json in .* is damaged: put it back/,
    ],
    ['missing', () => rmSync(join(state, 'tokens.json')), /token-.*\.json is missing in .*: put it back/],
  ])(
    'that an earlier version has left is none either: tokens.json is %s',
    async (_what, damage, sentence) => {
      const { token, record } = await createToken(new TokenStore(new StateFolder(state)), REQUEST);
      rmSync(join(state, tokenFile()));
      const whole = JSON.stringify({ tokens: [record] });
      writeFileSync(join(state, 'tokens.json'), whole);
      const { url } = await start();
      expect((await poll(url, token)).status).toBe(200);
      damage();
      for (let i = 0; i < 6; i += 1) expect((await poll(url, token)).status).toBe(503);
      expect(lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(sentence)]);
      writeFileSync(join(state, 'tokens.json'), whole);
      expect((await poll(url, token)).status).toBe(200);
    },
  );

  it('does not count against the client when an earlier version has left a list without the token', async () => {
    const token = await makeToken();
    const record = join(state, tokenFile());
    writeFileSync(join(state, 'tokens.json'), '{"tokens":[]}');
    const { url } = await start();
    expect((await poll(url, token)).status).toBe(200);
    renameSync(record, `${record}.elsewhere`);
    for (let i = 0; i < 6; i += 1) expect((await poll(url, token)).status).toBe(503);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringMatching(/token-.*\.json is missing in/),
    ]);
    renameSync(`${record}.elsewhere`, record);
    expect((await poll(url, token)).status).toBe(200);
  });

  it('leaves good, wrong and revoked tokens distinguishable', async () => {
    const store = new TokenStore(new StateFolder(state));
    const { token, record } = await createToken(store, REQUEST);
    await makeToken();
    const { url } = await start();
    await store.remove(record.id);
    writeFileSync(join(state, 'tokens.json'), '{');
    expect((await poll(url, token)).status).toBe(401);
    expect((await poll(url, 'wrong')).status).toBe(401);
    expect(await closeOf(url, 'wrong')).toEqual([4000, 'Authentication failed']);
  });
});

describe('a page of another origin', { timeout: TIMEOUT_MS }, () => {
  it('is trusted from its first request once a token for it exists, and refused before', async () => {
    const { url } = await start();
    expect((await poll(url, 'none', PAGE)).status).toBe(403);
    const token = await makeToken([PAGE]);
    expect((await poll(url, token, PAGE)).status).toBe(200);
  });

  it('can open a WebSocket at once with a new token', async () => {
    const { port } = await start();
    const socket = (): Promise<unknown> =>
      new Promise((resolve) => {
        const client = new WebSocket(`ws://127.0.0.1:${port}/metrics`, { origin: PAGE });
        client.on('error', ({ message }) => resolve(message));
        client.on('open', () => {
          client.terminate();
          resolve('open');
        });
      });
    expect(await socket()).toContain('403');
    await makeToken([PAGE]);
    expect(await socket()).toBe('open');
  });

  it('gets 503 while the tokens cannot be read', async () => {
    writeFileSync(state, '');
    const { url } = await start();
    const answer = await poll(url, 'none', PAGE);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('a state folder open to others', { timeout: TIMEOUT_MS }, () => {
  it.each([
    [
      'is said at the start',
      () => chmodSync(state, 0o770),
      /^warn The state folder .* can be written by others/,
    ],
    [
      'a file in it as well',
      () => chmodSync(join(state, tokenFile()), 0o666),
      /^warn token-.*\.json in the state folder .* can be written by others \(mode 0666\)/,
    ],
    [
      'and a secret that they can read',
      () => {
        chmodSync(state, 0o755);
        chmodSync(join(state, 'signing-key'), 0o644);
      },
      /^warn signing-key in the state folder .* can be read by others/,
    ],
  ])('%s', async (_what, open, sentence) => {
    await makeToken();
    open();
    await start();
    await expect
      .poll(() => lines.filter((line) => line.startsWith('warn')), PATIENTLY)
      .toEqual([expect.stringMatching(sentence)]);
  });

  it('causes no warning when it is private to this user, or missing', async () => {
    expect(await findPermissionRisk(state)).toBeNull();
    await makeToken();
    expect(await findPermissionRisk(state)).toBeNull();
  });

  it.runIf(process.getuid?.() === 0)('causes a warning when it belongs to another user', async () => {
    await makeToken();
    chownSync(state, 12_345, 12_345);
    expect(await findPermissionRisk(state)).toMatch(/belongs to another user \(12345\)/);
  });
});
