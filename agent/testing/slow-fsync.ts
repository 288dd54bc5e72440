/**
 * Preload (`node --import`) that makes every fsync of a process take `SLOW_FSYNC_MS`, as on a busy disk. The synchronous one blocks the process for
 * that time.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as later } from 'node:timers/promises';

const SLOW_MS = Number(process.env['SLOW_FSYNC_MS'] ?? '0');

const { fsyncSync } = fs;
fs.fsyncSync = (descriptor) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
  fsyncSync(descriptor);
};
syncBuiltinESMExports();

const handle = await fs.promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as fs.promises.FileHandle;
await handle.close();
const { sync } = prototype;
prototype.sync = async function slowSync(this: fs.promises.FileHandle) {
  await later(SLOW_MS);
  await sync.call(this);
};
