/** The usual tools of a Linux host as independent observers. Skips those that are not installed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { addReading, emptyReading, partOf, type Reading } from './reading.ts';

const QUESTIONS = ['ss -Htuan', 'ss -s', 'df -P -B1', 'df -P -i', 'ip -s -j link', 'ps -eLo pid='];
const SEPARATOR = '=====';

/**
 * Runs the tools that print one state: `ss`, `df`, `ip`, `ps`, in one shell. They see that shell, its children and its two sockets
 * too.
 */
export async function askTools(): Promise<ReadonlyMap<string, Reading>> {
  const answers = await output(QUESTIONS.join(`; echo ${SEPARATOR}; `));
  const [ss = '', ssTotal = '', blocks = '', inodes = '', links = '', tasks = ''] = answers
    .split(`${SEPARATOR}\n`)
    .map((answer) => answer.trim());
  const df = readSpace(blocks);
  addReading(df, readInodes(inodes));
  return new Map([
    ['ss', readSockets(ss, ssTotal)],
    ['df', df],
    ['ip', readLinks(links)],
    ['ps', readTasks(tasks)],
  ]);
}

function readSockets(sockets: string, total: string): Reading {
  const reading = emptyReading();
  if (total === '') return reading;
  const lines = sockets.trim().split('\n');
  const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  reading.gauges.set('tcp.connections', count(/^tcp\s+(?:ESTAB|CLOSE-WAIT)/));
  reading.gauges.set('tcp.timeWait', count(/^tcp\s+TIME-WAIT/));
  reading.gauges.set('sockets.udp', count(/^udp\s/));
  reading.gauges.set('sockets.used', Number(/^Total: (\d+)/m.exec(total)?.[1]));
  return reading;
}

function readSpace(text: string): Reading {
  const reading = emptyReading();
  for (const [, total, used, available, mountPoint = ''] of rowsOf(text)) {
    const part = `filesystem.${partOf(mountPoint)}`;
    reading.gauges.set(`${part}.totalBytes`, Number(total));
    reading.gauges.set(`${part}.usedBytes`, Number(used));
    reading.gauges.set(`${part}.availableBytes`, Number(available));
    reading.gauges.set(`${part}.used`, (Number(used) / (Number(used) + Number(available))) * 100);
  }
  return reading;
}

function readInodes(text: string): Reading {
  const reading = emptyReading();
  for (const [, total, used, , mountPoint = ''] of rowsOf(text)) {
    reading.gauges.set(`filesystem.${partOf(mountPoint)}.inodes`, (Number(used) / Number(total)) * 100);
  }
  return reading;
}

/** Device, three numbers and mount point of each line; the percentage before the mount point is rounded. */
function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\S+\s+(.*)$/gm)].map(([, ...cells]) => cells);
}

interface Link {
  readonly ifname: string;
  readonly stats64: Readonly<Record<'rx' | 'tx', Readonly<Record<string, number>>>>;
}

/** From netlink, while the agent reads `/proc/net/dev`. */
function readLinks(text: string): Reading {
  const reading = emptyReading();
  if (text === '') return reading;
  const seconds = performance.now() / 1000;
  for (const { ifname, stats64 } of JSON.parse(text) as Link[]) {
    for (const [side, direction] of [
      ['rx', 'receive'],
      ['tx', 'transmit'],
    ] as const) {
      const {
        bytes = Number.NaN,
        packets = Number.NaN,
        errors = Number.NaN,
        dropped = Number.NaN,
      } = stats64[side];
      const name = `network.${partOf(ifname)}.${direction}`;
      reading.rates.set(name, [bytes, seconds]);
      reading.rates.set(`${name}Packets`, [packets, seconds]);
      reading.rates.set(`${name}Errors`, [errors, seconds]);
      reading.rates.set(`${name}Drops`, [dropped, seconds]);
    }
  }
  return reading;
}

/** Excludes `ps` itself and the shell. */
function readTasks(text: string): Reading {
  const reading = emptyReading();
  if (text === '') return reading;
  const pids = text.trim().split(/\s+/);
  reading.gauges.set('process.threads', pids.length - 2);
  reading.gauges.set('process.count', new Set(pids).size - 2);
  return reading;
}

/** Ignores the exit code: `df` fails for mounts that it may not read, and still prints the others. */
async function output(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], { env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  await once(child, 'close');
  return text;
}

const ENV = { ...process.env, LC_ALL: 'C', LC_NUMERIC: 'C' };

/** Means over the seconds that a tool watched, by metric names and in their units. */
export type Means = ReadonlyMap<string, number>;

export interface Watchers {
  /** Stops the tools and returns their means by tool. */
  finish(): Promise<ReadonlyMap<string, Means>>;
}

/** Starts the tools that print a line per second: `vmstat`, `mpstat`, `iostat`. */
export function startWatchers(): Watchers {
  const vmstat = watch('vmstat', ['-n', '-y', '1']);
  const mpstat = watch('mpstat', ['-P', 'ALL', '-o', 'JSON', '1']);
  const iostat = watch('iostat', ['-dxk', '-y', '-o', 'JSON', '1']);
  return {
    async finish() {
      const [vm, mp, io] = await Promise.all([vmstat(), mpstat(), iostat()]);
      return new Map([
        ['vmstat', vmstatMeans(vm)],
        ['mpstat', mpstatMeans(mp)],
        ['iostat', iostatMeans(io)],
      ]);
    },
  };
}

function watch(file: string, args: readonly string[]): () => Promise<string> {
  const child = spawn(file, args, { env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });
  process.once('exit', () => child.kill());
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  const ended = once(child, 'close').catch(() => {});
  return async () => {
    // SIGINT makes them close their JSON.
    child.kill('SIGINT');
    await ended;
    return text;
  };
}

function vmstatMeans(text: string): Means {
  const rows = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first = '']) => first !== '');
  const names = rows[1] ?? [];
  const lines = rows.slice(2).map((cells) => cells.map(Number));
  const mean = (name: string): number =>
    meanOf(lines.map((cells) => cells[names.indexOf(name)] ?? Number.NaN));
  if (lines.length === 0) return new Map();
  return new Map([
    ['cpu', 100 - mean('id') - mean('wa')],
    ['cpu.iowait', mean('wa')],
    ['cpu.steal', mean('st')],
    ['system.contextSwitches', mean('cs')],
    ['system.interrupts', mean('in')],
    ['memory.swapIn', mean('si') * 1024],
    ['memory.swapOut', mean('so') * 1024],
  ]);
}

type Cells = Readonly<Record<string, number | string>>;

function mpstatMeans(text: string): Means {
  const sums = new Map<string, number[]>();
  for (const cells of statisticsOf(text, 'cpu-load')) {
    const name = cells['cpu'] === 'all' ? 'cpu' : `cpu.core.${cells['cpu']}`;
    const share = (state: string): number => Number(cells[state]);
    push(sums, name, 100 - share('idle') - share('iowait'));
    push(sums, `${name}.user`, share('usr') + share('guest'));
    push(sums, `${name}.nice`, share('nice') + share('gnice'));
    push(sums, `${name}.system`, share('sys'));
    push(sums, `${name}.softirq`, share('soft'));
    for (const state of ['iowait', 'irq', 'steal']) push(sums, `${name}.${state}`, share(state));
  }
  return new Map([...sums].map(([name, values]) => [name, meanOf(values)]));
}

function iostatMeans(text: string): Means {
  const sums = new Map<string, number[]>();
  const latencies = new Map<string, { spentMs: number; completed: number }>();
  for (const cells of statisticsOf(text, 'disk')) {
    const name = `disk.${partOf(String(cells['disk_device']))}`;
    const value = (column: string): number => Number(cells[column]);
    push(sums, `${name}.reads`, value('r/s'));
    push(sums, `${name}.writes`, value('w/s'));
    push(sums, `${name}.read`, value('rkB/s') * 1024);
    push(sums, `${name}.write`, value('wkB/s') * 1024);
    push(sums, `${name}.utilisation`, value('util'));
    const latency = latencies.get(name) ?? { spentMs: 0, completed: 0 };
    latency.spentMs += value('r/s') * value('r_await') + value('w/s') * value('w_await');
    latency.completed += value('r/s') + value('w/s');
    latencies.set(name, latency);
  }
  const means = new Map([...sums].map(([name, values]) => [name, meanOf(values)]));
  for (const [name, { spentMs, completed }] of latencies) means.set(`${name}.latency`, spentMs / completed);
  return means;
}

function statisticsOf(text: string, part: string): Cells[] {
  if (text === '') return [];
  const { sysstat } = JSON.parse(text) as {
    sysstat: { hosts: { statistics: Record<string, Cells[] | undefined>[] }[] };
  };
  return (sysstat.hosts[0]?.statistics ?? []).flatMap((second) => second[part] ?? []);
}

function push(sums: Map<string, number[]>, name: string, value: number): void {
  const values = sums.get(name);
  if (values === undefined) sums.set(name, [value]);
  else values.push(value);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
