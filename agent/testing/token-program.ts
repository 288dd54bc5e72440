import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const SLOW_FSYNC = new URL('slow-fsync.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** The agent's program as processes of their own, which share a state folder. */
export class TokenProgram {
  readonly #state: string;
  readonly #children: ChildProcess[] = [];

  constructor(state: string) {
    this.#state = state;
  }

  /** @param fsyncMs how long an fsync takes in it */
  start(args: readonly string[], fsyncMs = 0): ChildProcess {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--import', SLOW_FSYNC.href, 'agent/main.ts', ...args],
      {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          METRICS_PANEL_STATE: this.#state,
          SLOW_FSYNC_MS: String(fsyncMs),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#children.push(child);
    return child;
  }

  /** `token …`, until it has ended. */
  async token(args: readonly string[], fsyncMs = 0): Promise<Ended> {
    return ended(this.start(['token', ...args], fsyncMs));
  }

  /** Makes a token, and tells it and its id. */
  async create(...args: string[]): Promise<{ token: string; id: string }> {
    const { out, error } = await this.token(['create', '--metrics', 'cpu', ...args]);
    return { token: out.trim(), id: error.split(' ')[0] ?? '' };
  }

  /** Ids. */
  async list(): Promise<readonly string[]> {
    const { out } = await this.token(['list']);
    return [...out.matchAll(/^[\da-f]{20}/gm)].map(([id]) => id);
  }

  /** An agent; its address. */
  async agent(args: readonly string[], fsyncMs = 0): Promise<string> {
    const child = this.start(['--port', '0', ...args], fsyncMs);
    if (child.stdout === null) throw new TypeError('no pipe');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return (JSON.parse(line) as { url: string }).url;
  }

  /** Ends what still runs. */
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
