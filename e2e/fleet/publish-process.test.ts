import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { aboutSchema, batchSchema, beatSchema, liveSchema, replaySchema } from '../../agent/nats/bodies.ts';
import { GATEWAY_NAME } from '../../agent/nats/init/server-config.ts';
import { natsOptions } from '../../agent/nats/connection.ts';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { startFleetServer, type FleetServer } from './fleet-server.ts';
import { natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';
import { numbers } from './publishing-host.ts';

const HOOK = fileURLToPath(new URL('../exports/loaded-files.mjs', import.meta.url));

describe.skipIf(natsProgram === undefined)(`an agent of a fleet${whetherNats}`, () => {
  let fleet: FleetServer;
  let gateway: NatsConnection;
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  const agents: AgentProcess[] = [];

  const start = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const agent = await startAgent({ args: ['--source', 'linux', '--history', 'off', ...args], env });
    agents.push(agent);
    return agent;
  };
  const publish = (credentials: string, ...args: readonly string[]) =>
    start([
      `--publish=${fleet.url}`,
      '--publish-as=web-1',
      `--nats-credentials=${credentials}`,
      `--nats-ca=${fleet.caFile}`,
      ...args,
    ]);
  const healthOf = async ({ url }: AgentProcess): Promise<unknown> => {
    const { publish: health } = (await (await fetch(`${url}healthz`)).json()) as { publish?: unknown };
    return health;
  };
  const toldBy = ({ log }: AgentProcess, level: number): readonly string[] =>
    (log as { level: number; msg: string }[]).filter((line) => line.level === level).map(({ msg }) => msg);
  const WARNING = 40;
  const ERROR = 50;

  const collect = async <T extends v.GenericSchema>(
    subject: string,
    schema: T,
  ): Promise<readonly v.InferOutput<T>[]> => {
    const found: v.InferOutput<T>[] = [];
    gateway.subscribe(subject, {
      callback: (_error, message) => void found.push(v.parse(schema, message.json())),
    });
    await gateway.flush();
    return found;
  };

  tellLogOfFailures(() => fleet.server);
  beforeAll(async () => {
    fleet = await startFleetServer(['web-1', 'db-1'], { isTls: true });
    const { url, caFile } = fleet;
    gateway = await connect(
      natsOptions({ servers: [url], credentialsFile: fleet.keyOf('gateway'), caFile }, GATEWAY_NAME),
    );
  });
  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.kill('SIGKILL')));
  });
  afterAll(async () => {
    await gateway.close();
    await fleet.end();
    rmSync(folder, { recursive: true });
  });

  it('publishes to accounts as nats init makes them, over TLS, and says goodbye when it is stopped', async () => {
    const live = await collect('metrics.web-1.live', liveSchema);
    const beats = await collect('metrics.web-1.beat', beatSchema);
    const agent = await publish(fleet.keyOf('host-web-1'));
    await expect.poll(() => live.length).toBeGreaterThan(2);
    const about = v.parse(aboutSchema, (await gateway.request('metrics.web-1.ask.about', '')).json());
    const parts = await gateway.requestMany('metrics.web-1.ask.replay', '{}', {
      strategy: 'count',
      maxMessages: 1,
      maxWait: 10_000,
    });
    for await (const part of parts)
      expect(v.parse(replaySchema, part.json())).toMatchObject({ e: about.e, c: about.c, oldest: 1 });
    expect(live.at(-1)?.v).toHaveLength(about.catalogue.length);
    expect(await healthOf(agent)).toMatchObject({ state: 'ok', name: 'web-1', log: { state: 'ok' } });
    expect(await agent.kill()).toBe(0);
    await expect.poll(() => beats.at(-1)?.bye).toBe('the agent was stopped');
    const stored = await gateway.request('$JS.API.DIRECT.GET.METRICS.metrics.web-1.log', '');
    const batch = v.parse(batchSchema, stored.json());
    expect(batch.b.at(-1)?.q).toBe(beats.at(-1)?.q);
    const begun = live[0]?.q ?? 0;
    expect(live.map(({ q }) => q)).toEqual(numbers(begun, begun + live.length - 1));
    expect([...toldBy(agent, WARNING), ...toldBy(agent, ERROR)]).toEqual([]);
  });

  it('says which file the server refuses, once, and reads it again', async () => {
    const credentials = join(folder, 'web-1.nk');
    copyFileSync(fleet.keyOf('host-web-1'), credentials);
    writeFileSync(credentials, readFileSync(fleet.keyOf('host-web-1'), 'utf8').replace(/^SU.*$/m, 'secret'));
    const agent = await publish(credentials);
    await expect
      .poll(() => healthOf(agent))
      .toMatchObject({ state: 'away', reason: expect.stringContaining(credentials) });
    writeFileSync(credentials, readFileSync(fleet.keyOf('gateway')));
    rmSync(credentials);
    await expect
      .poll(() => healthOf(agent))
      .toMatchObject({ reason: expect.stringContaining('does not exist') });
    copyFileSync(fleet.keyOf('host-web-1'), credentials);
    await expect.poll(() => healthOf(agent)).toMatchObject({ state: 'ok' });
    expect(toldBy(agent, WARNING)).toEqual([expect.stringContaining(credentials)]);
    expect(JSON.stringify(agent.log)).not.toContain('secret');
  });

  it('says in one sentence that its key is that of another host, and serves its own port', async () => {
    const agent = await publish(fleet.keyOf('host-db-1'));
    await expect.poll(() => healthOf(agent)).toMatchObject({ log: { state: 'refused' } });
    await expect
      .poll(() => toldBy(agent, WARNING))
      .toEqual([expect.stringMatching(/^These credentials are not for web-1: give the key of that host/)]);
    expect((await fetch(agent.url)).status).toBe(200);
  });

  it('does not connect to a server whose certificate it cannot verify', async () => {
    const agent = await start([`--publish=${fleet.url}`, '--publish-as=web-1']);
    await expect
      .poll(() => toldBy(agent, WARNING))
      .toEqual([expect.stringMatching(/cannot be reached .*is not signed by a known authority/)]);
    expect(await healthOf(agent)).toMatchObject({ state: 'away' });
  });

  it('of two with one name, the one that began later goes on; the other says so and serves its own port', async () => {
    const live = await collect('metrics.web-1.live', liveSchema);
    const first = await publish(fleet.keyOf('host-web-1'));
    await expect.poll(() => live.length).toBeGreaterThan(0);
    const second = await publish(fleet.keyOf('host-web-1'));
    await expect.poll(() => healthOf(first)).toMatchObject({ state: 'replaced' });
    expect(toldBy(first, ERROR)).toEqual([expect.stringContaining('Another agent that was started later')]);
    await expect.poll(() => healthOf(second)).toMatchObject({ state: 'ok', log: { state: 'ok' } });
    const { length } = live;
    await expect.poll(() => live.length).toBeGreaterThan(length + 2);
    expect(new Set(live.slice(length).map(({ e }) => e)).size).toBe(1);
    expect((await fetch(first.url)).status).toBe(200);
  });

  it('loads nothing of NATS unless it publishes', async () => {
    const loadedWith = async (args: readonly string[]): Promise<string> => {
      const list = join(folder, 'loaded');
      writeFileSync(list, '');
      const env = { NODE_OPTIONS: `--import=${HOOK}`, LOADED_FILES: list };
      const agent = await start(args, env);
      await fetch(`${agent.url}healthz`);
      await agent.kill();
      return readFileSync(list, 'utf8');
    };
    expect(await loadedWith([])).not.toMatch(/publisher|nats/);
    expect(await loadedWith(['--publish=nats://127.0.0.1:9'])).toMatch(/publisher/);
  });
});
