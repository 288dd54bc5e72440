import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { Collector, TableRow } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { Identities } from './identities.ts';
import { processesCollector } from './linux.ts';

const MB = 1024 * 1024;
const children: ChildProcess[] = [];
let collector: Collector | undefined;

afterEach(() => {
  collector?.close?.();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A Node process that has run `script` as far as `console.log`. */
async function startNode(script: string, file = process.execPath, argv0 = file): Promise<number> {
  const child = spawn(file, ['-e', script, 'secret-argument'], {
    argv0,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? Number.NaN;
}

/** The rows of the last scan, which on a busy machine takes longer than a read waits for it. */
function rowsOf(processes: Collector): Promise<readonly TableRow[]> {
  return vi.waitFor(
    () => {
      const rows = processes.takeRows?.() ?? null;
      if (rows === null) throw new RangeError('the scan has not ended');
      return rows;
    },
    { timeout: 20_000 },
  );
}

/** User and system time, seconds, parsed differently: the name contains no spaces. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

it('lists the busiest and the largest process of this machine', async () => {
  // Large as well, so that it is listed even if ten others are busier.
  const busyPid = await startNode("globalThis.held = Buffer.alloc(300e6, 1); console.log('up'); for (;;);");
  const largePid = await startNode(
    "globalThis.held = Buffer.alloc(400e6, 1); console.log('up'); setInterval(() => {}, 1e6);",
  );
  collector = processesCollector(THIS_HOST, { withArguments: false });
  const beganMs = performance.now();
  await collector.prime?.(beganMs);
  const before = cpuSeconds(busyPid);
  await delay(1000);
  const endMs = performance.now();
  const values = await collector.read(endMs);
  const used = cpuSeconds(busyPid) - before;
  const rows = await rowsOf(collector);

  const busy = rows.find(([pid]) => pid === busyPid) ?? [];
  const expected = ((used * 1000) / (endMs - beganMs) / os.cpus().length) * 100;
  expect(busy).toMatchObject([
    busyPid,
    'node',
    expect.any(Number),
    expect.any(Number),
    expect.any(Number),
    'running',
    os.userInfo().username,
    ...busy.slice(7),
  ]);
  expect(Math.abs(Number(busy[2]) - expected)).toBeLessThan(5);
  expect(Number(busy[2])).toBeGreaterThan(0);

  const large = rows.find(([pid]) => pid === largePid) ?? [];
  expect(large).toMatchObject([
    largePid,
    'node',
    expect.any(Number),
    expect.any(Number),
    expect.any(Number),
    'sleeping',
    os.userInfo().username,
    ...large.slice(7),
  ]);
  expect(Math.abs(Number(large[3]) - residentBytes(largePid))).toBeLessThan(8 * MB);
  expect(Number(large[3])).toBeGreaterThan(400e6);

  const listed = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
  expect(Math.abs(Number(values[0]) - listed)).toBeLessThan(20);
  expect(Number(values[1])).toBeGreaterThan(Number(values[0]));
  expect(JSON.stringify(rows)).not.toContain('secret-argument');
});

it('counts a process started since the previous scan, and forgets an ended one', async () => {
  collector = processesCollector(THIS_HOST, { withArguments: true });
  const beganMs = performance.now();
  await collector.prime?.(beganMs);
  // However little CPU time is available.
  const busyPid = await startNode(
    "globalThis.held = Buffer.alloc(400e6, 1); while (process.cpuUsage().user < 500e3); console.log('up'); setInterval(() => {}, 1e6);",
  );
  const endMs = Math.max(performance.now(), beganMs + 1000);
  await collector.read(endMs);
  const busy = (await rowsOf(collector)).find(([pid]) => pid === busyPid);
  const expected = ((cpuSeconds(busyPid) * 1000) / (endMs - beganMs) / os.cpus().length) * 100;
  expect(Math.abs(Number(busy?.[2]) - expected)).toBeLessThan(5);
  expect(Number(busy?.[2])).toBeGreaterThan(0);
  expect(busy?.at(-1)).toContain('secret-argument');
  const [child] = children.splice(0);
  child?.kill('SIGKILL');
  if (child !== undefined) await once(child, 'exit');
  // So much later that a scan is due, however long the last one took.
  await collector.read(endMs + 100_000);
  const rowsOfEnded = (await rowsOf(collector)).filter(([pid]) => pid === busyPid);
  expect(rowsOfEnded.map((row) => row[5])).toEqual(['ended']);
});

it('knows what a process of its own reads and writes', async () => {
  const pid = await startNode(
    "globalThis.held = Buffer.alloc(600e6, 1); console.log('up'); setInterval(() => {}, 1e6);",
  );
  collector = processesCollector(THIS_HOST, { withArguments: false });
  const beganMs = performance.now();
  await collector.prime?.(beganMs);
  // Two readings in a row, so much later that scans are due however long they take. One that comes while a scan goes on begins none.
  const rates: unknown[] = [];
  let laterMs = 0;
  for (let reading = 0; reading < 2; reading += 1) {
    const rows = await vi.waitFor(
      async () => {
        laterMs += 100_000;
        await collector?.read(beganMs + laterMs);
        const taken = collector?.takeRows?.() ?? null;
        if (taken === null) throw new RangeError('the scan has not ended');
        return taken;
      },
      { timeout: 20_000 },
    );
    rates.push(rows.find((row) => row[0] === pid)?.slice(9, 11));
  }
  // It may still read its own program in.
  expect(rates.at(-1)).toEqual([expect.any(Number), expect.any(Number)]);
});

it('knows a program whose main thread has the name of its runtime, and its user', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'runtime-'));
  try {
    // The kernel names the thread after the file; Node.js 24 sets this name itself.
    const file = join(folder, 'MainThread');
    symlinkSync(process.execPath, file);
    const pid = await startNode("console.log('up'); setInterval(() => {}, 1e6);", file, '/opt/shop/bin/shop');
    const name = readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
    expect(name).toBe('MainThread');
    const identities = new Identities(THIS_HOST, () => null);
    const identity = identities.of({ pid, name, state: 'S'.charCodeAt(0), identity: null }, 0);
    expect(identity).toMatchObject({ name: 'shop', user: os.userInfo().username });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('reveals no argument that a Node.js program has put into its title', async () => {
  const pid = await startNode(
    "process.title = 'npm login hunter2'; console.log('up'); setInterval(() => {}, 1e6);",
  );
  const name = readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  expect(name).toBe('npm login hunte');
  const identities = new Identities(THIS_HOST, () => null);
  const identity = identities.of({ pid, name, state: 'S'.charCodeAt(0), identity: null }, 0);
  expect(identity.name).toBe('npm');
});
