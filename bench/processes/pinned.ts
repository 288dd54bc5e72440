import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Servers have one core, the load on them the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export interface Placement {
  readonly core: number;
  /** 0 to 19: what else runs on the core goes first. */
  readonly nice?: number;
}

const canPin = spawnSync('taskset', ['-V']).error === undefined;

/** Starts Node on one core, where `taskset` is installed. The process ends with this one, even while it is stopped. */
export function spawnPinned(
  args: readonly string[],
  { core, nice = 0 }: Placement,
  stdio: StdioOptions,
): ChildProcess {
  const command = [process.execPath, ...args];
  if (nice > 0) command.unshift('nice', '-n', String(nice));
  if (canPin) command.unshift('taskset', '-c', String(core));
  const [file = process.execPath, ...rest] = command;
  const child = spawn(file, rest, { cwd: ROOT, stdio });
  const end = (): void => void child.kill('SIGKILL');
  process.setMaxListeners(0);
  process.once('exit', end);
  process.once('SIGINT', () => process.exit(130));
  child.once('exit', () => process.off('exit', end));
  return child;
}
