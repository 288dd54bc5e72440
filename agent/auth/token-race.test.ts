import {
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import { SocketClient } from '../testing/socket-client.ts';
import { ended, TokenProgram } from '../testing/token-program.ts';

/** Process starts under load. */
const TIMEOUT_MS = 120_000;
const PATIENTLY = { timeout: 60_000, interval: 20 };
/** Longer than the other writers take. */
const SLOW_MS = 4000;

/** A state folder, and processes that share it until the test ends. */
class World {
  readonly state = join(mkdtempSync(join(tmpdir(), 'metrics-panel-')), 'state');
  readonly program = new TokenProgram(this.state);
  /** That of the test: others run at the same time. */
  readonly expect: ExpectStatic;

  constructor({ expect, onTestFinished }: TestContext) {
    this.expect = expect;
    onTestFinished(() => {
      this.program.stop();
      rmSync(join(this.state, '..'), { recursive: true });
    });
  }

  /** Settles while a process is writing a new file. */
  async writing(before: readonly string[]): Promise<void> {
    const isNew = (name: string): boolean => !before.includes(name) && /\.[\da-f]{12}(\.draft)?$/.test(name);
    await this.expect.poll(() => readdirSync(this.state).some(isNew), PATIENTLY).toBe(true);
  }
}

function post(url: string, secret: string): Promise<Response> {
  return fetch(`${url}tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}` },
    body: '{"metrics":["cpu"],"expiresInS":null}',
  });
}

describe.concurrent('on a disk whose fsync takes four seconds', { timeout: TIMEOUT_MS }, () => {
  it('a token revoked while another is created stays revoked, and the other is good', async (context) => {
    const world = new World(context);
    const { state, program, expect } = world;
    const { id } = await program.create();
    const before = readdirSync(state);
    const making = program.token(['create', '--metrics', 'cpu'], SLOW_MS);
    await world.writing(before);
    expect(await program.token(['revoke', id])).toMatchObject({ code: 0, out: `Revoked ${id}.\n` });
    const made = await making;
    expect(made.code).toBe(0);
    expect(await program.list()).toEqual([made.error.split(' ')[0]]);
  });

  it('creating a token undoes no revocation, and delays no sample', async (context) => {
    const world = new World(context);
    const { state, program, expect } = world;
    const args = ['--host', '0.0.0.0', '--interval', '100'];
    // Makes the admin's token, in no time.
    await program.agent(args);
    program.stop();
    const url = await program.agent(args, SLOW_MS);
    const secret = readFileSync(join(state, 'admin-token'), 'utf8').trim();
    const { id } = await program.create();
    const client = await SocketClient.connect(url);
    client.send({ type: 'auth', token: secret });
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    let samples = 0;
    client.socket.on('message', () => (samples += 1));

    const before = readdirSync(state);
    let answer: Response | undefined;
    void post(url, secret).then((response) => (answer = response));
    await world.writing(before);
    samples = 0;
    await expect.poll(() => samples, PATIENTLY).toBeGreaterThan(5);
    expect(answer).toBeUndefined();
    expect(await program.token(['revoke', id])).toMatchObject({ code: 0 });
    await expect.poll(() => answer?.status, PATIENTLY).toBe(201);
    const listed = await fetch(`${url}tokens`, { headers: { Authorization: `Bearer ${secret}` } });
    const { tokens } = (await listed.json()) as { tokens: { id: string }[] };
    expect(tokens.map((token) => token.id)).not.toContain(id);
    expect(tokens).toHaveLength(1);
    await client.close();
  });
});

describe.concurrent('processes killed while they create tokens', { timeout: TIMEOUT_MS }, () => {
  it('leave no lock behind, and no token that was not printed', async (context) => {
    const world = new World(context);
    const { state, program, expect } = world;
    const { id } = await program.create();
    const before = readdirSync(state);
    const killed = [program.start(['token', 'create', '--metrics', 'cpu'], 60_000)];
    await world.writing(before);
    // Renamed, but the folder is not yet synced.
    killed.push(program.start(['token', 'revoke', id], 60_000));
    await expect.poll(() => readdirSync(state), PATIENTLY).toContain(`token-${id}.revoked`);
    for (const child of killed) child.kill('SIGKILL');
    const [making, revoking] = await Promise.all(killed.map(ended));
    expect([making?.out, revoking?.out]).toEqual(['', '']);
    const { id: next } = await program.create();
    expect(await program.list()).toEqual([next]);
  });
});

it.runIf(process.getuid?.() === 0).concurrent(
  'root writing in another user’s folder gives away no other file',
  { timeout: TIMEOUT_MS },
  async (context) => {
    const world = new World(context);
    const { state, program, expect } = world;
    const victim = join(state, '..', 'of-root');
    writeFileSync(victim, '');
    await program.create();
    chownSync(state, 12_345, 12_345);
    const before = readdirSync(state);
    const making = program.token(['create', '--metrics', 'cpu'], SLOW_MS);
    await world.writing(before);
    // The owner of the folder can do this while root writes.
    const draft = join(state, readdirSync(state).find((name) => name.endsWith('.draft')) ?? '');
    renameSync(draft, `${draft}.elsewhere`);
    symlinkSync(victim, draft);
    await making;
    expect([statSync(victim).uid, statSync(`${draft}.elsewhere`).uid]).toEqual([0, 12_345]);
  },
);
