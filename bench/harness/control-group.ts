import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { residentBytes } from './processes.ts';

const ROOT = '/sys/fs/cgroup';

/** The tree of version 2: on its own, or beside those of version 1. */
export const TREE_V2 = ['unified', '.'].find((tree) => existsSync(`${ROOT}/${tree}/cgroup.procs`)) ?? '.';
export const TREES_V1 = ['cpu', 'cpuacct', 'memory', 'pids', 'blkio'] as const;

/**
 * A control group of its own (Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst). Linux only, as root. Its processes and the
 * group end with this process.
 */
export class ControlGroup {
  readonly #path: string;
  readonly #trees: readonly string[];

  /** @param path below each tree, such as `/docker/<id>` */
  constructor(path: string, trees: readonly string[]) {
    this.#path = path;
    this.#trees = trees;
    for (const tree of trees) mkdirSync(`${ROOT}/${tree}${path}`, { recursive: true });
    process.once('exit', () => this.remove());
  }

  /** For `Placement.shell`: puts the process into the group. */
  get shell(): string {
    return this.#trees.map((tree) => `echo $$ > ${this.#file(tree, 'cgroup.procs')};`).join(' ');
  }

  set(tree: string, file: string, value: string | number): void {
    writeFileSync(this.#file(tree, file), String(value));
  }

  text(tree: string, file: string): string {
    return readFileSync(this.#file(tree, file), 'utf8');
  }

  number(tree: string, file: string): number {
    return Number(this.text(tree, file));
  }

  /** The number behind `key` in a file of such lines. */
  keyed(tree: string, file: string, key: string): number {
    return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(this.text(tree, file))?.[1]);
  }

  get pids(): number[] {
    const [tree = ''] = this.#trees;
    return this.text(tree, 'cgroup.procs').split('\n').filter(Boolean).map(Number);
  }

  /** Processor time since the group began, ms, with that of children that have ended. Version 2 only. */
  get cpuMs(): number {
    return this.keyed(TREE_V2, 'cpu.stat', 'usage_usec') / 1000;
  }

  /** Pages that its processes share count for each of them. */
  get residentBytes(): number {
    return this.pids.reduce((sum, pid) => sum + residentBytes(pid), 0);
  }

  /** Kills its processes and removes it, together with parents that are empty then. May be called again. */
  remove(): void {
    for (const tree of this.#trees) {
      for (let attempt = 0; attempt < 500 && !this.#tryToRemove(tree); attempt += 1) pause(10);
      for (let path = dirname(this.#path); path !== '/'; path = dirname(path)) {
        if (!removes(`${ROOT}/${tree}${path}`)) break;
      }
    }
  }

  /** A process that was killed keeps its group until it is gone. */
  #tryToRemove(tree: string): boolean {
    const folder = `${ROOT}/${tree}${this.#path}`;
    if (!existsSync(folder)) return true;
    for (const pid of this.text(tree, 'cgroup.procs').split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended since.
      }
    }
    return removes(folder);
  }

  #file(tree: string, file: string): string {
    return `${ROOT}/${tree}${this.#path}/${file}`;
  }
}

/** Whether the folder was empty, and is gone. */
function removes(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Works while this process ends, too. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
