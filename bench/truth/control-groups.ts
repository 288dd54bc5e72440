/** Control groups of version 1, made for the comparison and taken away afterwards. Needs root. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  statSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import { dirname } from 'node:path';
import { textOf } from './by-hand.ts';
import { emptyReading, PROCESSORS, type Reading } from './reading.ts';

const ROOT = '/sys/fs/cgroup';
const TREES = ['cpu', 'cpuacct', 'memory', 'pids', 'blkio'] as const;
type Tree = (typeof TREES)[number];

/** Whether groups can be made here. */
export function canMakeGroups(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    for (const tree of TREES) accessSync(`${ROOT}/${tree}/cgroup.procs`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export class ControlGroup {
  readonly path: string;

  /** @param path below each tree, such as `/docker/<id>` */
  constructor(path: string) {
    this.path = path;
    for (const tree of TREES) mkdirSync(this.#folder(tree), { recursive: true });
    process.once('exit', () => this.remove());
  }

  set(tree: Tree, file: string, value: number): void {
    writeFileSync(`${this.#folder(tree)}/${file}`, String(value));
  }

  /** Puts a shell, and what it becomes, into the group. */
  get shell(): string {
    return TREES.map((tree) => `echo $$ > ${this.#folder(tree)}/cgroup.procs;`).join(' ');
  }

  /** Before anybody sets such a limit on a disk, Linux 6.18 counts the transfers of no group. Sets one that limits nothing. */
  countTransfers(folder: string): void {
    const { dev } = statSync(folder);
    const device = `${Math.floor(dev / 256) % 4096}:${dev % 256}`;
    writeFileSync(`${this.#folder('blkio')}/blkio.throttle.read_bps_device`, `${device} 1000000000000`);
  }

  number(tree: Tree, file: string): number {
    return Number(textOf(`${this.#folder(tree)}/${file}`));
  }

  keyed(tree: Tree, file: string, key: string): number {
    return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(textOf(`${this.#folder(tree)}/${file}`))?.[1]);
  }

  /** Bytes of an operation over all disks. */
  transferred(operation: 'Read' | 'Write'): number {
    const lines = textOf(`${this.#folder('blkio')}/blkio.throttle.io_service_bytes_recursive`).matchAll(
      /^\d+:\d+ (\w+) (\d+)$/gm,
    );
    return [...lines].reduce((sum, [, kind, bytes]) => sum + (kind === operation ? Number(bytes) : 0), 0);
  }

  /** Ends what is in it; folders that this one's path began with go with it where they are empty. May be called again. */
  remove(): void {
    for (const tree of TREES) {
      if (!existsSync(this.#folder(tree))) continue;
      for (let attempt = 0; attempt < 200 && this.#endProcesses(tree); attempt += 1) pause(10);
      let { path } = this;
      while (path !== '/' && readdirSync(`${ROOT}/${tree}${path}`, { withFileTypes: true }).every(isFile)) {
        rmdirSync(`${ROOT}/${tree}${path}`);
        path = dirname(path);
      }
    }
  }

  /** Whether there are some yet. */
  #endProcesses(tree: Tree): boolean {
    const pids = textOf(`${this.#folder(tree)}/cgroup.procs`)
      .split('\n')
      .filter(Boolean)
      .map(Number);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended since.
      }
    }
    return pids.length > 0;
  }

  #folder(tree: Tree): string {
    return `${ROOT}/${tree}${this.path}`;
  }
}

function isFile(entry: Dirent): boolean {
  return entry.isFile();
}

/** For a process that is about to end, too. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** `container.…` by hand. */
export function readContainer(group: ControlGroup, part: string): Reading {
  const reading = emptyReading();
  const name = `container.${part}`;
  const seconds = performance.now() / 1000;
  const share = group.number('cpuacct', 'cpuacct.usage') / 1e9 / PROCESSORS;
  reading.rates.set(`${name}.cpu`, [share * 100, seconds]);
  reading.rates.set(`${name}.read`, [group.transferred('Read'), seconds]);
  reading.rates.set(`${name}.write`, [group.transferred('Write'), seconds]);
  reading.gauges.set(`${name}.memory`, workingSet(group));
  reading.gauges.set(`${name}.memoryMax`, group.number('memory', 'memory.limit_in_bytes'));
  reading.gauges.set(`${name}.pids`, group.number('pids', 'pids.current'));
  return reading;
}

/** `limit.…` by hand. */
export function readLimits(group: ControlGroup): Reading {
  const reading = emptyReading();
  const seconds = performance.now() / 1000;
  const max = group.number('memory', 'memory.limit_in_bytes');
  const cores = group.number('cpu', 'cpu.cfs_quota_us') / group.number('cpu', 'cpu.cfs_period_us');
  reading.gauges.set('limit.memory', (workingSet(group) / max) * 100);
  reading.gauges.set('limit.memoryUsed', workingSet(group));
  reading.gauges.set('limit.memoryMax', max);
  reading.gauges.set('limit.oomKills', group.keyed('memory', 'memory.oom_control', 'oom_kill'));
  reading.rates.set('limit.cpu', [(group.number('cpuacct', 'cpuacct.usage') / 1e9 / cores) * 100, seconds]);
  reading.gauges.set('limit.cpuCores', cores);
  reading.rates.set('limit.throttled', [
    group.keyed('cpu', 'cpu.stat', 'nr_throttled') * 100,
    group.keyed('cpu', 'cpu.stat', 'nr_periods'),
  ]);
  reading.gauges.set('limit.pids', group.number('pids', 'pids.current'));
  reading.gauges.set('limit.pidsMax', group.number('pids', 'pids.max'));
  return reading;
}

function workingSet(group: ControlGroup): number {
  return (
    group.number('memory', 'memory.usage_in_bytes') -
    group.keyed('memory', 'memory.stat', 'total_inactive_file')
  );
}
