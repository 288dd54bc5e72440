import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../agent/testing/http-request.ts';
import { head } from '../agent/testing/raw-request.ts';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from './agent-process.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';

const STREAM = `/metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`;

/** Sets the limit and executes the program. */
const PRLIMIT = installedProgram('prlimit');

describe.skipIf(PRLIMIT === undefined)(`the limit of open files${whetherInstalled('prlimit')}`, () => {
  let state: string;
  let agent: AgentProcess | undefined;
  const open: Socket[] = [];

  beforeAll(() => {
    state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await agent?.kill();
    agent = undefined;
  });
  afterAll(() => rmSync(state, { recursive: true }));

  const startWith = async (limit: string): Promise<AgentProcess> => {
    agent = await startAgent({
      args: ['--state', state, '--max-connections-per-address', '10000'],
      behind: [PRLIMIT ?? '', `--nofile=${limit}`],
    });
    return agent;
  };
  /** Requests a stream. @returns its first chunk, '' if the connection is closed */
  const stream = (port: number): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      open.push(socket);
      socket.on('error', () => {});
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      socket.once('close', () => resolve(''));
      socket.write(head(STREAM, [`Host: 127.0.0.1:${port}`]));
    });
  const warnings = (): string[] =>
    ((agent?.log ?? []) as { level: number; msg: string }[])
      .filter(({ level }) => level >= 40)
      .map(({ msg }) => msg);

  it.each([24, 32, 64, 128, 255])('%i are too few: one sentence and exit code 2', async (limit) => {
    const child = spawn(
      PRLIMIT ?? '',
      [`--nofile=${limit}:${limit}`, process.execPath, AGENT_PROGRAM, '--port', '0', '--state', state],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [out, error, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(/^metrics-panel: This process may open .*ulimit -n.*LimitNOFILE=.*\n$/);
    expect(error.trim()).not.toContain('\n');
  });

  it('is raised to the hard limit, silently if that suffices', async () => {
    const { port } = await startWith('256:15000');
    expect((await ask(port, '/healthz')).status).toBe(200);
    expect(warnings()).toEqual([]);
  });

  it(
    'the agent logs at its start how many clients fit; further ones are refused, logged once, and health checks go on',
    { timeout: 120_000 },
    async () => {
      const { port } = await startWith('400:400');
      await expect
        .poll(warnings)
        .toEqual([expect.stringMatching(/^About \d+ connections fit into the 400 files .*LimitNOFILE=/)]);
      // Wait until the files of processes, which it keeps open, are among them.
      let before = 0;
      const isSettled = (): boolean => {
        const now = readdirSync(`/proc/${agent?.pid}/fd`).length;
        const isSame = Math.abs(now - before) < 5;
        before = now;
        return isSame;
      };
      await expect.poll(isSettled, { interval: 1500, timeout: 60_000 }).toBe(true);
      const answers = await Promise.all(Array.from({ length: 500 }, () => stream(port)));
      const live = answers.filter((answer) => answer.startsWith('HTTP/1.1 200 ')).length;
      expect(live).toBeGreaterThan(64);
      expect(live).toBeLessThan(400 - 50 - 64 - 32);
      // Tolerates files that are open briefly.
      expect(Number(/\d+/.exec(warnings()[0] ?? '')?.[0]) - live).toBeLessThan(8);
      // A descriptor is freed when a process of this machine ends whose file was open.
      await expect.poll(() => stream(port)).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 5\r\n[^]*LimitNOFILE=/);
      for (let round = 0; round < 20; round += 1) expect((await ask(port, '/healthz')).status).toBe(200);
      expect(warnings().slice(1)).toEqual([
        expect.stringMatching(/^This agent has as many files and connections/),
      ]);

      for (const socket of open.splice(0)) socket.destroy();
      await expect.poll(async () => (await ask(port, '/')).status).toBe(200);
      // No collector lacked descriptors meanwhile.
      expect(warnings()).toHaveLength(2);
    },
  );
});
