import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import type { AlertView } from '../shared/protocol/messages.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

const TIMEOUT_MS = 180_000;
/** For what takes a second or a few on an idle machine. */
const POLL = { timeout: 60_000, interval: 200 };
/** Makes a disk of 64 MB and mounts it at $1; for root only. */
const MOUNT =
  'mkdir -p "$1" && truncate -s 64M "$1.img" && mkfs.ext4 -q -m 0 -F "$1.img" && mount -o loop "$1.img" "$1"';
const MOUNT_AND_UNMOUNT = `d=$(mktemp -d) && set -- "$d/disk" && ${MOUNT}; status=$?; umount "$d/disk"; rm -rf "$d"; exit $status`;
/** Holds on every machine, and is clear when 100 is not enough. */
const ALWAYS = '{ metric: memory, above: 0, clear: 0, for: 2s, keep_for: 2s }';
const NEVER = '{ metric: memory, above: 101, clear: 101, for: 2s, keep_for: 2s }';

/** A receiver of messages, a state folder, and the agents that use them. */
class World {
  readonly state = mkdtempSync(join(tmpdir(), 'alerts-'));
  /** What the receiver got. */
  readonly messages: string[] = [];
  /** What it answers. */
  status = 200;
  readonly #agents: AgentProcess[] = [];
  readonly #receiver = createServer((request, response) => void this.#receive(request, response));

  /** That of the test: others run at the same time. */
  readonly expect: ExpectStatic;

  constructor(expect: ExpectStatic) {
    this.expect = expect;
  }

  static async make({ expect, onTestFinished }: TestContext): Promise<World> {
    const world = new World(expect);
    world.#receiver.listen(0, '127.0.0.1');
    await once(world.#receiver, 'listening');
    onTestFinished(() => world.#end());
    return world;
  }

  /** No shipped rule, since what holds on the machine of a test is not known. */
  writeRules(rules: string): void {
    const { port } = this.#receiver.address() as AddressInfo;
    writeFileSync(
      join(this.state, 'alerts.yaml'),
      `defaults: off\nchannels:\n  hook: { type: webhook, url: "http://127.0.0.1:${port}/secret-path" }\nrules:\n${rules}`,
    );
  }

  async start(
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<AgentProcess> {
    const agent = await startAgent({ args, env: { METRICS_PANEL_STATE: this.state, ...env } });
    this.#agents.push(agent);
    return agent;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (this.status === 200) this.messages.push(body);
    response.writeHead(this.status).end();
  }

  async #end(): Promise<void> {
    for (const agent of this.#agents) await agent.kill('SIGKILL');
    this.#receiver.close();
    this.#receiver.closeAllConnections();
    rmSync(this.state, { recursive: true, force: true });
  }
}

interface Listed {
  readonly alerts: readonly AlertView[];
  readonly fileProblem: string | null;
}

async function list(agent: AgentProcess): Promise<Listed> {
  const response = await fetch(`${agent.url}alerts`);
  return (await response.json()) as Listed;
}

const stateOf = async (agent: AgentProcess): Promise<string | undefined> =>
  (await list(agent)).alerts[0]?.state;

async function health(agent: AgentProcess): Promise<unknown> {
  const response = await fetch(`${agent.url}healthz`);
  return ((await response.json()) as { alerts: unknown }).alerts;
}

/** Until so many more samples have been taken and evaluated. */
async function samplesLater({ expect }: World, agent: AgentProcess, count: number): Promise<void> {
  const seconds = async (): Promise<number> => {
    const response = await fetch(`${agent.url}healthz`);
    return ((await response.json()) as { uptimeSeconds: number }).uptimeSeconds;
  };
  const from = await seconds();
  await expect.poll(seconds, POLL).toBeGreaterThanOrEqual(from + count);
}

const canMount = process.platform === 'linux' && spawnSync('sh', ['-c', MOUNT_AND_UNMOUNT]).status === 0;

describe.concurrent('an alert', { timeout: TIMEOUT_MS }, () => {
  it.for(['SIGKILL', 'SIGTERM'] as const)(
    'is told once, whatever %s comes in between, and its end once too',
    async (signal, context) => {
      const world = await World.make(context);
      const { expect } = world;
      world.writeRules(`  always: ${ALWAYS}\n`);
      const first = await world.start();
      await expect.poll(() => world.messages.length, POLL).toBe(1);
      await expect.poll(() => stateOf(first), POLL).toBe('firing');
      await first.kill(signal);

      const second = await world.start();
      await expect.poll(() => stateOf(second), POLL).toBe('firing');
      await samplesLater(world, second, 5);
      expect(world.messages).toHaveLength(1);

      world.writeRules(`  always: ${NEVER}\n`);
      await expect.poll(() => world.messages.length, POLL).toBe(2);
      await second.kill(signal);
      const third = await world.start();
      await expect.poll(async () => (await list(third)).alerts.length, POLL).toBe(1);
      await samplesLater(world, third, 4);
      expect(world.messages).toHaveLength(2);
      expect((await list(third)).alerts).toMatchObject([
        { rule: 'always', state: 'ended', outcome: 'resolved' },
      ]);
    },
  );

  it.for(['SIGKILL', 'SIGTERM'] as const)(
    'whose receiver is away is told when it is back, after a restart by %s too',
    async (signal, context) => {
      const world = await World.make(context);
      const { expect } = world;
      world.status = 503;
      world.writeRules(`  always: ${ALWAYS}\n`);
      const first = await world.start();
      await expect.poll(() => health(first), POLL).toMatchObject({ state: 'failed' });
      expect(JSON.stringify(await health(first))).not.toContain('secret-path');
      await first.kill(signal);
      world.status = 200;
      const second = await world.start();
      await expect.poll(() => world.messages.length, POLL).toBe(1);
      await samplesLater(world, second, 4);
      expect(world.messages).toHaveLength(1);
      await expect.poll(() => health(second), POLL).toEqual({ state: 'ok' });
    },
  );

  it.for([
    ['without a history', { METRICS_PANEL_HISTORY: 'off' }],
    ['where the history cannot be written', { METRICS_PANEL_HISTORY_FOLDER: '/proc/none' }],
  ] as const)('%s is told and shown all the same', async ([, env], context) => {
    const world = await World.make(context);
    const { expect } = world;
    world.writeRules(`  always: ${ALWAYS}\n`);
    const agent = await world.start(env);
    await expect.poll(() => world.messages.length, POLL).toBe(1);
    expect(await stateOf(agent)).toBe('firing');
    world.writeRules(`  always: ${NEVER}\n`);
    await expect.poll(() => world.messages.length, POLL).toBe(2);
    expect(await stateOf(agent)).toBe('ended');
  });

  it('keeps the rules that it had while alerts.yaml is wrong, and says so', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    world.writeRules(`  always: ${ALWAYS}\n`);
    const agent = await world.start();
    await expect.poll(() => world.messages.length, POLL).toBe(1);
    writeFileSync(join(world.state, 'alerts.yaml'), 'rules: [');
    await expect.poll(async () => (await list(agent)).fileProblem, POLL).toMatch(/alerts\.yaml/);
    expect(await stateOf(agent)).toBe('firing');
    expect(await health(agent)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/alerts\.yaml/),
    });
    world.writeRules(`  always: ${ALWAYS}\n`);
    await expect.poll(async () => (await list(agent)).fileProblem, POLL).toBeNull();
    expect(world.messages).toHaveLength(1);
  });

  it('is neither evaluated nor loaded with --alerts off', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    world.writeRules(`  always: ${ALWAYS}\n`);
    const agent = await world.start({}, ['--alerts', 'off']);
    const answer = await fetch(`${agent.url}alerts`);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'alerts_off' }]);
    expect(await health(agent)).toEqual({ state: 'off' });
  });

  it.skipIf(!canMount)('of a full disk is told with its name and how full it is', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const disk = join(world.state, 'disk');
    execFileSync('sh', ['-c', MOUNT, 'sh', disk]);
    context.onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    writeFileSync(join(disk, 'data'), new Uint8Array(55_000_000));
    world.writeRules(
      '  full: { metric: "filesystem.*.used", above: 90, clear: 85, for: 1s, keep_for: 1s }\n',
    );
    const agent = await world.start();
    const mentioned = (): string[] => world.messages.filter((message) => message.includes(disk));
    await expect.poll(() => mentioned().length, POLL).toBe(1);
    rmSync(join(disk, 'data'));
    await expect.poll(() => mentioned().length, POLL).toBe(2);
    const { alerts } = await list(agent);
    expect(alerts.filter(({ worst }) => worst !== null && worst > 90).map(({ unit }) => unit)).toContain(
      'percent',
    );
    await agent.kill();
  });
});
