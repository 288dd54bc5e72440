/**
 * Does the agent tell the truth? Runs the real agent, follows it as a plain client, and reads the kernel's own counters
 * (Linux: `/proc/stat`, `/proc/meminfo`) whenever a message arrives, so that both sides cover the same windows: idle
 * first, then with one core kept busy.
 *
 *   npx tsx bench/cpu-memory-accuracy.ts [--seconds 60]
 *
 * Busy is told in two ways, since `os.cpus()` knows neither soft interrupts, stolen time nor waiting for disks:
 * - same:   (user + nice + system + irq) of (that + idle), what the agent can know
 * - kernel: everything but idle and iowait, of everything (proc_stat(5)), what `top` shows
 * Counters move in steps of 10 ms, and both sides read some milliseconds apart: a second alone is good to about a point.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

interface Counters {
  readonly same: { readonly busy: number; readonly all: number };
  readonly kernel: { readonly busy: number; readonly all: number };
}

interface Row {
  readonly cpu: number;
  readonly memory: number;
  readonly counters: Counters;
  readonly procMemory: number;
}

type Definition = keyof Counters;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);

const agent = spawn(process.execPath, ['--import', 'tsx', 'agent/main.ts', '--port', '0'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const socket = new WebSocket(`${await urlOf(agent)}metrics`.replace(/^http/, 'ws'));
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'subscribe', metrics: ['cpu', 'memory'] }));
  await report('idle', socket);
  const load = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
  await report('one core kept busy', socket);
  load.kill();
  socket.close();
} finally {
  agent.kill();
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError('The agent has no standard output');
  for await (const line of createInterface(stdout)) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
  throw new Error('The agent ended before it listened');
}

async function report(phase: string, socket: WebSocket): Promise<void> {
  // One for the answer to the subscription or the change of phase, one for the baseline.
  const rows = (await follow(socket, seconds + 2)).slice(1);
  console.log(`\n${phase}: ${rows.length - 1} windows of 1 s`);
  for (const definition of ['same', 'kernel'] as const) describeCpu(definition, rows);
  const published = rows.slice(1).map(({ memory }) => memory);
  const actual = rows.slice(1).map(({ procMemory }) => procMemory);
  print('memory, /proc/meminfo', published, actual, mean(published), mean(actual));
}

function describeCpu(definition: Definition, rows: readonly Row[]): void {
  const published = rows.slice(1).map(({ cpu }) => cpu);
  const actual = rows.slice(1).map((row, index) => share(rows[index], row, definition));
  print(
    `cpu, /proc/stat (${definition})`,
    published,
    actual,
    mean(published),
    share(rows[0], rows.at(-1), definition),
  );
}

function share(from: Row | undefined, to: Row | undefined, definition: Definition): number {
  if (from === undefined || to === undefined) return Number.NaN;
  const [before, after] = [from.counters[definition], to.counters[definition]];
  return ((after.busy - before.busy) / (after.all - before.all)) * 100;
}

function print(
  what: string,
  published: number[],
  actual: number[],
  whole: number,
  actualWhole: number,
): void {
  const differences = published.map((value, index) => Math.abs(value - (actual[index] ?? Number.NaN)));
  const columns = {
    published: whole,
    '/proc': actualWhole,
    difference: whole - actualWhole,
    'per second: mean': mean(differences),
    max: Math.max(...differences),
  };
  const text = Object.entries(columns).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  console.log(`  ${what.padEnd(26)} ${text.join('   ')}`);
}

async function follow(socket: WebSocket, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < count) {
    const [frame] = (await once(socket, 'message')) as [Buffer];
    const { metrics } = JSON.parse(frame.toString()) as { metrics: { cpu: number; memory: number } };
    rows.push({ ...metrics, counters: readCounters(), procMemory: readMemory() });
  }
  return rows;
}

function readCounters(): Counters {
  const fields = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    ?.trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  // Guest time is in user and nice already.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    fields ?? [];
  const known = user + nice + system + irq;
  const busy = known + softirq + steal;
  return { same: { busy: known, all: known + idle }, kernel: { busy, all: busy + idle + iowait } };
}

/** Percent in use: total minus available. */
function readMemory(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  const total = kilobytes('MemTotal');
  return ((total - kilobytes('MemAvailable')) / total) * 100;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
