import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DIST, IS_SOURCE } from '../../build-info.ts';
import type { Clock } from '../../clock.ts';
import type { RetentionLimits } from './retention.ts';
import type { SqliteProblem } from './sqlite.ts';

/** What the worker gets. */
export interface MaintenanceTask {
  readonly path: string;
  readonly limits: RetentionLimits;
  /** One Int32, 1 while nobody else should write. */
  readonly isAlone: SharedArrayBuffer;
}

/** What the worker says before it ends. */
export interface MaintenanceOutcome {
  readonly problem: { readonly kind: SqliteProblem; readonly message: string } | null;
  /** Whether there is nothing left to do. */
  readonly isDone: boolean;
}

/** After the start, when there is more important work. */
const FIRST_AFTER_MS = 120_000;
const EVERY_MS = 45 * 60_000;
/** Also where the log is too large. */
const AGAIN_AFTER_MS = 60_000;

const PROGRAM = IS_SOURCE
  ? fileURLToPath(new URL('./maintenance-worker.ts', import.meta.url))
  : `${DIST}agent/maintenance-worker.js`;
/** Node 24 needs none of them. */
const SOURCE_ARGUMENTS = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

/** Starts the worker when it has something to do. */
export class Maintenance {
  readonly #task: MaintenanceTask;
  readonly #clock: Clock;
  readonly #ended: (outcome: MaintenanceOutcome) => void;
  readonly #alone: Int32Array;
  #dueMs: number;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #running: { readonly worker: Worker; readonly exit: Promise<void> } | null = null;

  /** @param ended called each time that the worker has ended */
  constructor(
    task: Omit<MaintenanceTask, 'isAlone'>,
    clock: Clock,
    ended: (outcome: MaintenanceOutcome) => void,
  ) {
    const isAlone = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#task = { ...task, isAlone };
    this.#alone = new Int32Array(isAlone);
    this.#clock = clock;
    this.#ended = ended;
    this.#dueMs = clock.now() + FIRST_AFTER_MS;
  }

  /** Whether writing now could wait for the disk. */
  get isAlone(): boolean {
    return Atomics.load(this.#alone, 0) === 1;
  }

  /** Starts the worker if it is time, or the log has become large. */
  visit(logBytes: number): void {
    const nowMs = this.#clock.now();
    const isDue = nowMs >= this.#dueMs || logBytes > this.#task.limits.logBytes;
    if (this.#running !== null || !isDue || nowMs < this.#notBeforeMs) return;
    this.#notBeforeMs = nowMs + AGAIN_AFTER_MS;
    this.#dueMs = nowMs + EVERY_MS;
    this.#start();
  }

  /** Settles when no worker runs. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await running?.worker.terminate();
    await running?.exit;
  }

  #start(): void {
    let outcome: MaintenanceOutcome = {
      problem: { kind: 'failed', message: 'the worker ended early' },
      isDone: false,
    };
    const worker = new Worker(PROGRAM, {
      env: {},
      ...(IS_SOURCE ? { execArgv: SOURCE_ARGUMENTS } : {}),
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(this.#task);
    worker.on('message', (message: MaintenanceOutcome) => (outcome = message));
    worker.on(
      'error',
      (error) => (outcome = { problem: { kind: 'failed', message: error.message }, isDone: false }),
    );
    const exit = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        Atomics.store(this.#alone, 0, 0);
        resolve();
        if (this.#running?.worker !== worker) return;
        this.#running = null;
        if (!outcome.isDone) this.#dueMs = 0;
        this.#ended(outcome);
      });
    });
    this.#running = { worker, exit };
  }
}
