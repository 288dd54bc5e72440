import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SocketClient } from '../agent/testing/socket-client.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';
import { canTrace, readAllCalls, tracingAll } from './system-calls.ts';

const UNIT = fileURLToPath(new URL('../docs/deployment/metrics-panel.service', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const HIGHEST_EXPOSURE = 2;
/** The user id of `nobody`. */
const NOBODY = 65_534;
const SECRET = 'a-secret-of-thirty-two-characters';

const isRoot = process.getuid?.() === 0;
const hasAnalyze = installedProgram('systemd-analyze') !== undefined;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

function settings(name: string): string[] {
  return [...readFileSync(UNIT, 'utf8').matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(
    ([, value = '']) => value,
  );
}

/** The system calls of a set, nested sets included. */
function expand(name: string): string[] {
  if (!name.startsWith('@')) return [name];
  const lines = execFileSync('systemd-analyze', ['syscall-filter', name], { encoding: 'utf8' }).split('\n');
  return lines
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(expand);
}

/** By systemd.exec(5), the first line begins an allow-list; later ones add to it or, with `~`, remove from it. */
function allowedCalls(): Set<string> {
  const allowed = new Set<string>();
  for (const value of settings('SystemCallFilter')) {
    const calls = value.replace(/^~/, '').split(' ').flatMap(expand);
    for (const call of calls) {
      if (value.startsWith('~')) allowed.delete(call);
      else allowed.add(call);
    }
  }
  return allowed;
}

describe.skipIf(!hasAnalyze)(`the systemd unit${whetherInstalled('systemd-analyze')}`, () => {
  it(`has an overall exposure of at most ${HIGHEST_EXPOSURE}.0`, () => {
    const text = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', UNIT], {
      encoding: 'utf8',
    });
    const exposure = Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(text)?.[1]);
    expect(exposure).toBeLessThanOrEqual(HIGHEST_EXPOSURE);
  });

  it('hides nothing that metrics are read from', () => {
    for (const name of ['ProtectProc', 'ProcSubset', 'PrivateNetwork', 'PrivateUsers', 'InaccessiblePaths']) {
      expect({ name, values: settings(name) }).toEqual({ name, values: [] });
    }
    // `yes` or `tmpfs` would hide the filesystem of /home.
    expect(settings('ProtectHome')).toEqual(['read-only']);
  });

  it.skipIf(!canTrace())(
    `allows every system call and socket family that the agent uses${canTrace() ? '' : ' (skipped: strace does not work here)'}`,
    async () => {
      const calls = join(folder, 'calls');
      const agent = await startAgent({
        behind: tracingAll(calls),
        env: { METRICS_PANEL_STATE: join(folder, 'traced') },
      });
      const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
      client.send({ action: 'subscribe', sub: '1', metrics: ['*'], tables: ['processes'] });
      for (let count = 0; count < 6; count += 1) await client.next();
      expect((await fetch(agent.url)).status).toBe(200);
      await client.close();
      await agent.kill();
      const used = readAllCalls(calls);
      // SQLite gives its files to their owner if it runs as root, as this test may and the service does not.
      const allowed = allowedCalls().add('fchown');
      expect(used.calls.length).toBeGreaterThan(30);
      expect(used.calls.filter((call) => !allowed.has(call))).toEqual([]);
      const families = settings('RestrictAddressFamilies').flatMap((value) => value.split(' '));
      expect(used.families.filter((family) => !families.includes(family))).toEqual([]);
    },
  );
});

/** Command that gives a process the privileges of the service. Only root can change the user. */
function unprivileged(): string[] {
  const asNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--bounding-set=-all'];
  return ['setpriv', '--no-new-privs', '--inh-caps=-all', ...(isRoot ? asNobody : [])];
}

/** Names of all metrics and tables, and the number of processes. */
async function shownBy(agent: AgentProcess): Promise<{ names: string[]; processes: number }> {
  const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
  client.send({ type: 'auth', token: SECRET });
  client.send({ action: 'subscribe', sub: '1', metrics: ['process.count'] });
  const messages: Message[] = [];
  while (messages.at(-1)?.type !== 'metrics') messages.push(JSON.parse(await client.next()) as Message);
  await client.close();
  const catalogue = messages.find(({ type }) => type === 'welcome')?.catalogue ?? [];
  return { names: catalogue.map(({ name }) => name), processes: messages.at(-1)?.values?.[0] ?? 0 };
}

interface Message {
  readonly type: string;
  readonly catalogue?: readonly { readonly name: string }[];
  readonly values?: readonly number[];
}

describe.skipIf(installedProgram('setpriv') === undefined)(
  `an agent without privileges, run by its own user${whetherInstalled('setpriv')}`,
  () => {
    it('shows every metric that an agent of root shows, but for those reserved to root by the kernel', async () => {
      const copy = join(folder, 'dist');
      cpSync(DIST, copy, { recursive: true });
      const state = join(folder, 'state');
      mkdirSync(state, { mode: 0o700 });
      if (isRoot) chownSync(state, NOBODY, NOBODY);
      const env = { METRICS_PANEL_TOKEN: SECRET, STATE_DIRECTORY: state };
      const [own, least] = await Promise.all([
        startAgent({ env }),
        startAgent({ env, behind: unprivileged(), program: [join(copy, 'agent', 'main.js')] }),
      ]);
      try {
        const status = readFileSync(`/proc/${least.pid}/status`, 'utf8');
        expect(status).toMatch(/^NoNewPrivs:\s1$/m);
        if (isRoot) expect(status).toMatch(/^CapEff:\s0+$/m);
        const missing = async () => {
          const [all, some] = await Promise.all([shownBy(own), shownBy(least)]);
          expect(all.names.length).toBeGreaterThan(40);
          expect(Math.abs(all.processes - some.processes)).toBeLessThan(Math.max(20, all.processes / 4));
          return all.names.filter(
            (name) => !some.names.includes(name) && !/^(?:power|container)\./.test(name),
          );
        };
        // Devices and processes may come and go between two samples.
        await expect.poll(missing).toEqual([]);
      } finally {
        await Promise.all([own.kill(), least.kill()]);
      }
    });

    it('keeps its secret in its state folder from systemd, readable by nobody else', async () => {
      const state = join(folder, 'own-secret');
      mkdirSync(state, { mode: 0o700 });
      if (isRoot) chownSync(state, NOBODY, NOBODY);
      const copy = join(folder, 'copy');
      cpSync(DIST, copy, { recursive: true });
      const agent = await startAgent({
        args: ['--host', '0.0.0.0'],
        env: { STATE_DIRECTORY: state },
        behind: unprivileged(),
        program: [join(copy, 'agent', 'main.js')],
      });
      try {
        expect(statSync(join(state, 'admin-token')).mode & 0o777).toBe(0o600);
      } finally {
        await agent.kill();
      }
    });
  },
);
