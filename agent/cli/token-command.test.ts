import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FROM_SOURCE, SOURCE_ENV } from '../testing/from-source.ts';
import { SocketClient } from '../testing/socket-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Process starts under load; nothing here waits that long. */
const TIMEOUT_MS = 120_000;

let state: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'metrics-panel-')), 'state');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(join(state, '..'), { recursive: true });
});

function start(args: string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', ...args], {
    cwd: ROOT,
    env: { ...SOURCE_ENV, METRICS_PANEL_STATE: state, METRICS_PANEL_HISTORY: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function token(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = start(['token', ...args]);
  const [out, error, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, error };
}

/** The agent's first log line, and its standard error until it stops. */
async function agent(...args: string[]): Promise<{ url: string; errors: Promise<string>; stop: () => void }> {
  const child = start(['--port', '0', ...args]);
  if (child.stdout === null || child.stderr === null) throw new TypeError('no pipes');
  const errors = text(child.stderr);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, errors, stop: () => child.kill('SIGTERM') };
}

describe('npm start -- token', { timeout: TIMEOUT_MS }, () => {
  it('creates, lists and revokes; a running agent disconnects the user of a revoked token within a second', async () => {
    const running = await agent();
    const made = await token('create', '--metrics', 'cpu', '--expires', '2h', '--label', 'status page');
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
    expect(made.error).toMatch(
      /^[\da-f]{20} {2}"status page"; metrics cpu; on any page, and for any program; ends in 2 hours, on \d+ [A-Z][a-z]+ \d{4} at \d\d:\d\d UTC\n$/,
    );
    const [id = ''] = made.error.split(' ');
    expect((await token('list')).out).toContain(`${id}  "status page"; metrics cpu; on any page`);
    for (const name of readdirSync(state)) expect(statSync(join(state, name)).mode & 0o777).toBe(0o600);
    expect(statSync(state).mode & 0o777).toBe(0o700);

    const client = await SocketClient.connect(running.url, 'metrics-panel.v1');
    await client.next();
    client.send({ type: 'auth', token: made.out.trim() });
    expect(await client.next()).toBe('{"type":"auth_success"}');
    expect(await token('revoke', id)).toEqual({ code: 0, out: `Revoked ${id}.\n`, error: '' });
    const revokedAtMs = performance.now();
    expect(await client.closed).toEqual([4009, 'The token was revoked']);
    expect(performance.now() - revokedAtMs).toBeLessThan(1000);
    expect((await token('list')).out).toBe('There are no tokens.\n');
    // Idempotent, for scripts.
    expect(await token('revoke', id)).toEqual({ code: 0, out: `${id} is revoked already.\n`, error: '' });
  });

  it.each([
    [['revoke', 'nobody'], /There is no token with the id nobody, nor a folder \/.*\/state: .*--state/],
    [['list', 'all'], /"all" is no option and belongs to none/],
    [['create', '--metrics', 'cpu', 'memory'], /"memory" is no option and belongs to none/],
    [['revoke', 'a', 'b'], /"b" is no option and belongs to none/],
    [['create', '--metrics', 'load.1m'], /no metric is called load\.1m: did you mean load\?/],
    [['create'], /Invalid --metrics: must name at least one/],
    [['create', '--metrics', 'cpu;rm'], /Invalid --metrics: must have names and globs of letters/],
    [
      ['create', '--metrics', 'memory,cpuu'],
      /Invalid --metrics: no metric is called cpuu: did you mean cpu\?/,
    ],
    [
      ['create', '--metrics', 'nework.*'],
      /Invalid --metrics: no metric is called nework\.\*: did you mean network\.\*\?/,
    ],
    [['create', '--tables', 'process'], /Invalid --tables: no table is called process: there is processes/],
    [
      ['create', '--metrics', 'cpu', '--origins', 'https://a.example/page'],
      /Invalid --origins:.*https:\/\/example\.com/,
    ],
    [
      ['create', '--metrics', 'cpu', '--may', 'alerts:writ'],
      /Invalid --may: must have permissions that exist: alerts:write/,
    ],
    [['create', '--metrics', 'cpu', '--expires', 'soon'], /--expires.*12h or 30d, or never/],
    [
      ['create', '--metrics', 'cpu', '--expires', '9999d'],
      /Invalid --expires: must be ten years at most, or never/,
    ],
    [['create', '--metrics', 'cpu', '--label', '\u001B[2J'], /Invalid --label: must have visible characters/],
    [['steal'], /Unknown command 'steal'/],
    [[], /Say create, list or revoke: npm start -- token --help/],
    [['list', '--state', ' '], /Give a folder/],
    [['list', '--state', '/dev/null'], /--state.*It is no folder: choose one/],
  ])('%j prints one sentence, exits with 2, and creates nothing', async (args, sentence) => {
    const { code, out, error } = await token(...args);
    expect(error).toMatch(sentence);
    expect(error).toMatch(/^metrics-panel: [^\n]+\n$/);
    expect([code, out]).toEqual([2, '']);
    expect(() => readdirSync(state)).toThrow('ENOENT');
  });
});

describe('npm start -- token, without a state folder', { timeout: TIMEOUT_MS }, () => {
  it('says that the folder does not exist, not that it has no tokens', async () => {
    expect(await token('list')).toEqual({
      code: 0,
      out: `There are no tokens, nor a folder ${state} (--state).\n`,
      error: '',
    });
  });

  it('shows defaults in its help as they would be typed', async () => {
    const { code, out } = await token('create', '--help');
    expect(code).toBe(0);
    const defaults = [...out.replaceAll(/\s+/g, ' ').matchAll(/ --(\w+) <\w+> [^()]*\(default: ([^)]*)\)/g)];
    expect(Object.fromEntries(defaults.map(([, option, value]) => [option, value]))).toMatchObject({
      metrics: 'none',
      tables: 'none',
      hosts: 'all',
      origins: 'any page, and any program',
      expires: '90d',
      label: 'none',
    });
  });
});

describe('an agent that others can reach', { timeout: TIMEOUT_MS }, () => {
  it('does not print a generated secret to a journal', async () => {
    const child = start(['--port', '0', '--host', '0.0.0.0'], { JOURNAL_STREAM: '8:12345' });
    if (child.stdout === null || child.stderr === null) throw new TypeError('no pipes');
    const isReady = once(child.stdout, 'data');
    const errors = text(child.stderr);
    const output = text(child.stdout);
    const secretFile = join(state, 'admin-token');
    await isReady;
    expect(existsSync(secretFile)).toBe(true);
    child.kill('SIGTERM');
    const secret = readFileSync(secretFile, 'utf8').trim();
    expect((await errors) + (await output)).not.toContain(secret);
  });

  it.each([
    ['a name of its own', ['--allow-host', 'metrics.example.com']],
    ['a reverse proxy before it', ['--trusted-proxy', '127.0.0.1']],
  ])('asks for a token although it listens on loopback, because of %s', async (_what, args) => {
    const { url, errors, stop } = await agent(...args);
    const secret = readFileSync(join(state, 'admin-token'), 'utf8').trim();
    const stream = `${url}metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`;
    expect((await fetch(stream)).status).toBe(401);
    stop();
    expect(await errors).toContain(`#token=${secret}`);
  });

  it('generates a token on its first start, and prints it once, in a URL', async () => {
    const first = await agent('--host', '0.0.0.0');
    const client = await SocketClient.connect(first.url);
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    expect(await client.next()).toBe('{"type":"error","error":"Not authenticated"}');
    const secret = readFileSync(join(state, 'admin-token'), 'utf8').trim();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(statSync(join(state, 'admin-token')).mode & 0o777).toBe(0o600);
    client.send({ type: 'auth', token: secret });
    expect(await client.next()).toBe('{"type":"auth_success"}');
    first.stop();
    expect(await first.errors).toBe(`Open ${first.url}#token=${secret}\n`);
    const second = await agent('--host', '0.0.0.0');
    second.stop();
    expect(await second.errors).toBe('');
    expect(readFileSync(join(state, 'admin-token'), 'utf8').trim()).toBe(secret);
  });

  it('creates permanent and expiring tokens with every character of names, and lists the valid ones', async () => {
    const forEver = await token('create', '--metrics', 'filesystem.mnt-a+b@c:d~2.used', '--expires', 'never');
    expect(forEver).toMatchObject({ code: 0, error: expect.stringMatching(/; for ever\n$/) });
    expect((await token('create', '--metrics', 'cpu', '--expires', '1s')).code).toBe(0);
    await expect.poll(async () => (await token('list')).out, { timeout: 60_000 }).toBe(forEver.error);
  });

  it('exits with one sentence if the state folder cannot be used, and prints its problems in addition to an answer', async () => {
    const { error: made } = await token('create', '--metrics', 'cpu');
    const [id = ''] = made.split(' ');
    rmSync(join(state, 'signing-key'));
    const missing = expect.stringMatching(
      /^metrics-panel: signing-key in [^\n]* is missing[^\n]*\n$/,
    ) as string;
    expect(await token('create', '--metrics', 'cpu')).toEqual({ code: 2, out: '', error: missing });
    expect(await token('list')).toEqual({ code: 0, out: made, error: missing });
    expect(await token('revoke', id)).toEqual({ code: 0, out: `Revoked ${id}.\n`, error: missing });
  });

  it('opens only what --anonymous names to everyone', async () => {
    const { url } = await agent('--host', '0.0.0.0', '--anonymous', 'cpu');
    const secret = readFileSync(join(state, 'admin-token'), 'utf8').trim();
    const asOwner = await fetch(new URL('tokens', url), { headers: { Authorization: `Bearer ${secret}` } });
    expect(asOwner.status).toBe(200);
    const client = await SocketClient.connect(url);
    client.send({ action: 'subscribe', metrics: ['memory'] });
    expect(await client.next()).toBe('{"type":"error","error":"Unknown metric: memory"}');
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    expect(await client.next()).toMatch(/^\{"type":"metrics","metrics":\{"cpu":/);
  });

  it('does not start if it cannot store its token', async () => {
    const child = start(['--port', '0', '--host', '0.0.0.0', '--state', '/proc/nowhere']);
    const [error, [code]] = await Promise.all([
      child.stderr ? text(child.stderr) : '',
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(error).toMatch(
      /^metrics-panel: Cannot write admin-token in \/proc\/nowhere \(E\w+\): choose a folder.*--state/,
    );
    expect(code).toBe(2);
  });
});
