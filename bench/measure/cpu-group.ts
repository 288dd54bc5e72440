import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { ROOT } from '../processes/pinned.ts';
import { residentBytes } from './process-values.ts';

/** Where groups of version 2 are: their own place, or a part of it beside those of version 1. */
const GROUPS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((folder) =>
  existsSync(`${folder}/cgroup.procs`),
);
const REMOVED_WITHIN_MS = 2000;

/**
 * A control group of its own (Documentation/admin-guide/cgroup-v2.rst) for a process and all that it starts: what they use is counted
 * together, even of children that lived for 3 ms. Linux only, as root. Its processes and the group end with this process.
 */
export class CpuGroup {
  readonly #folder: string;
  #isOpen = true;

  constructor(name: string) {
    if (GROUPS === undefined) throw new Error('This bench needs control groups of version 2');
    this.#folder = `${GROUPS}/metrics-panel-bench-${process.pid}-${name.replaceAll(/\W+/g, '-')}`;
    mkdirSync(this.#folder);
    process.setMaxListeners(0);
    process.once('exit', () => this.close());
  }

  /** Starts a program in the group. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn('sh', ['-c', 'echo $$ > "$0" && exec "$@"', this.processesFile, command, ...args], {
      cwd: ROOT,
      ...options,
    });
  }

  /** A process joins the group by its number in this file. */
  get processesFile(): string {
    return `${this.#folder}/cgroup.procs`;
  }

  /** Processor time that the group has had since it began, ms. */
  cpuMs(): number {
    const text = readFileSync(`${this.#folder}/cpu.stat`, 'utf8');
    return Number(/^usage_usec (\d+)/m.exec(text)?.[1]) / 1000;
  }

  pids(): number[] {
    return readFileSync(this.processesFile, 'utf8').split('\n').filter(Boolean).map(Number);
  }

  /** Memory of all its processes that is resident, bytes; pages that they share count for each. */
  residentBytes(): number {
    return this.pids().reduce((sum, pid) => sum + residentBytes(pid), 0);
  }

  /** Ends what runs in it and removes it. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const deadlineMs = performance.now() + REMOVED_WITHIN_MS;
    while (performance.now() < deadlineMs) {
      for (const pid of this.pids()) kill(pid);
      try {
        rmdirSync(this.#folder);
        return;
      } catch {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      }
    }
    console.error(`Could not remove ${this.#folder}`);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
