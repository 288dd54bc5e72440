import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { launch, type Placement } from './processes.ts';

/** Commands of a worker by name, each with one argument at most. */
export type Commands = Record<string, (argument: never) => unknown>;

interface Request {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

interface Response {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Another process of a bench, called over Node's IPC channel. */
export class Worker<C extends Commands> {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  /** @param script below `bench/`, or one that was built (an absolute path) */
  constructor(script: string, args: readonly string[], placement: Placement) {
    const node = script.startsWith('/') ? [script] : ['--import', 'tsx', `bench/${script}`];
    this.#child = launch([process.execPath, ...node, ...args], placement, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (response: Response) => this.#settle(response));
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#pending.values()) {
        reject(new Error(`${script} has ended: ${signal ?? code}`));
      }
    });
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  ask<K extends keyof C & string>(
    command: K,
    ...[argument]: Parameters<C[K]>
  ): Promise<Awaited<ReturnType<C[K]>>> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#child.send({ id, command, argument } satisfies Request);
    return answered as Promise<Awaited<ReturnType<C[K]>>>;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #settle({ id, value, error }: Response): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) pending?.resolve(value);
    else pending?.reject(new Error(error));
  }
}

/** The worker's side: runs commands until its parent is gone. */
export function serveCommands(commands: Commands): void {
  process.on('message', ({ id, command, argument }: Request) => {
    void run(commands, command, argument).then((outcome) => process.send?.({ id, ...outcome }));
  });
  process.once('disconnect', () => process.exit(0));
}

async function run(commands: Commands, command: string, argument: unknown): Promise<Omit<Response, 'id'>> {
  try {
    return { value: await commands[command]?.(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
