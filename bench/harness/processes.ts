import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Servers have one core, the load on them the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export interface Placement {
  /** Needs `taskset`; default: any core. */
  readonly core?: number;
  /** 0 to 19, lowest priority at 19. */
  readonly nice?: number;
  /** Shell commands to run in the same process before the program, such as those that join a control group. */
  readonly shell?: string;
}

const canPin = spawnSync('taskset', ['-V']).error === undefined;

/** Starts a program. It is killed when this process ends, even while it is stopped (SIGSTOP). */
export function launch(
  command: readonly string[],
  { core, nice, shell = '' }: Placement,
  options: SpawnOptions,
): ChildProcess {
  const words = [...command];
  if (nice !== undefined) words.unshift('nice', '-n', String(nice));
  if (core !== undefined && canPin) words.unshift('taskset', '-c', String(core));
  const child = spawn('sh', ['-c', `${shell} exec "$@"`, 'sh', ...words], { cwd: ROOT, ...options });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/** Takes the processor away from a process, until `thaw`. */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
}

export function thaw(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

/** Processor time of all threads of a process, ms (Documentation/scheduler/sched-stats.rst, in ns). */
export function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + threadMs(`${tasks}/${task}/schedstat`), 0);
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

function threadMs(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    // The thread has ended since it was listed.
    return 0;
  }
}
