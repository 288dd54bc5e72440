/** Thread that cleans up the history and brings it to the disk; then it ends, since it takes more memory than all the rest of the history. */
import { existsSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { checkpoint, openBeside, sizeOf } from './database.ts';
import type { MaintenanceOutcome, MaintenanceTask } from './maintenance.ts';
import { retain } from './retention.ts';
import { sqliteProblem } from './sqlite.ts';

/** Leaves the file to the agent, which writes samples. */
const PAUSE_MS = 2;
/** What is left is for the next time. */
const MAX_MS = 60_000;

function maintain({ path, limits, isAlone }: MaintenanceTask): MaintenanceOutcome {
  const flag = new Int32Array(isAlone);
  const setAlone = (alone: boolean): void => void Atomics.store(flag, 0, alone ? 1 : 0);
  // SQLite would make it again.
  if (!existsSync(path)) return { problem: null, isDone: true };
  const connection = openBeside(path);
  try {
    const endMs = performance.now() + MAX_MS;
    let isDone = true;
    const steps = retain(connection, limits);
    while (steps.next().done !== true) {
      if (sizeOf(`${path}-wal`) > limits.logBytes) checkpoint(connection, path, setAlone);
      if (performance.now() > endMs) {
        isDone = false;
        break;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
    return { problem: null, isDone: checkpoint(connection, path, setAlone) && isDone };
  } finally {
    connection.close();
  }
}

function outcomeOf(task: MaintenanceTask): MaintenanceOutcome {
  try {
    return maintain(task);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: { kind: sqliteProblem(error) ?? 'failed', message }, isDone: false };
  }
}

parentPort?.once('message', (task: MaintenanceTask) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(outcomeOf(task));
});
