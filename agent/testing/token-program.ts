import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { FROM_SOURCE, SOURCE_ENV } from './from-source.ts';

const SLOW_FSYNC = new URL('slow-fsync.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs the program in processes that share a state folder. */
export class TokenProgram {
  readonly #state: string;
  readonly #children: ChildProcess[] = [];

  constructor(state: string) {
    this.#state = state;
  }

  /** @param fsyncMs duration of every fsync in the process */
  start(args: readonly string[], fsyncMs = 0): ChildProcess {
    const child = spawn(
      process.execPath,
      [...FROM_SOURCE, '--import', SLOW_FSYNC.href, 'agent/main.ts', ...args],
      {
        cwd: ROOT,
        env: {
          ...SOURCE_ENV,
          METRICS_PANEL_STATE: this.#state,
          SLOW_FSYNC_MS: String(fsyncMs),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#children.push(child);
    return child;
  }

  /** Runs `token …` to its end. */
  async token(args: readonly string[], fsyncMs = 0): Promise<Ended> {
    return ended(this.start(['token', ...args], fsyncMs));
  }

  /** Creates a token. */
  async create(...args: string[]): Promise<{ token: string; id: string }> {
    const { out, error } = await this.token(['create', '--metrics', 'cpu', ...args]);
    return { token: out.trim(), id: error.split(' ')[0] ?? '' };
  }

  /** Lists token ids. */
  async list(): Promise<readonly string[]> {
    const { out } = await this.token(['list']);
    return [...out.matchAll(/^[\da-f]{20}/gm)].map(([id]) => id);
  }

  /** Starts an agent, and returns its URL. */
  async agent(args: readonly string[], fsyncMs = 0): Promise<string> {
    const child = this.start(['--port', '0', ...args], fsyncMs);
    if (child.stdout === null) throw new TypeError('no pipe');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return (JSON.parse(line) as { url: string }).url;
  }

  /** Kills all processes that still run. */
  stop(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
  }
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const [out, error, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, error };
}
