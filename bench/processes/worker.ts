import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawnPinned, type Placement } from './pinned.ts';

/** What a worker can be asked: commands by name, each with one argument at most. */
export type Commands = Record<string, (argument: never) => unknown>;

interface Question {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Another process of a bench, asked over Node's IPC channel. */
export class Worker<C extends Commands> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers>();
  #nextId = 1;

  /** @param child one that was spawned with an IPC channel and runs `serveCommands` */
  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (found: Answer) => this.#settle(found));
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`The worker has ended: ${signal ?? code}`));
    });
  }

  /** Runs a script of this folder. */
  static start<C extends Commands>(script: string, args: readonly string[], placement: Placement): Worker<C> {
    const command = ['--import', 'tsx', `bench/${script}`, ...args];
    return new Worker<C>(spawnPinned(command, placement, ['ignore', 'inherit', 'inherit', 'ipc']));
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
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#child.send({ id, command, argument } satisfies Question);
    return answered as Promise<Awaited<ReturnType<C[K]>>>;
  }

  /** Takes the processor away from it, until `thaw`. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #settle({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}

interface PromiseWithResolvers {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The worker's side: answers what it is asked until its parent is gone. */
export function serveCommands(commands: Commands): void {
  process.on('message', ({ id, command, argument }: Question) => {
    void answer(commands, command, argument).then((outcome) => process.send?.({ id, ...outcome }));
  });
  process.once('disconnect', () => process.exit(0));
}

async function answer(
  commands: Commands,
  command: string,
  argument: unknown,
): Promise<{ value?: unknown; error?: string }> {
  try {
    return { value: await commands[command]?.(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
