import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../error-code.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** A lock that is older was left behind: what is done under one takes milliseconds. */
const LEFT_BEHIND_MS = 1000;
const LOOK_AGAIN_MS = 5;
/** By then somebody else holds it all the time. */
const GIVE_UP_MS = 5000;

/** The agent cannot keep what it has to keep. `message` names the folder and the setting. */
export class StateError extends Error {
  /** The operating system's: `EACCES`, `ENOSPC`, `EROFS`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateError';
    this.code = code;
  }
}

/** The folder of what outlives a run of the agent: small files that nobody but its user can read. It appears with the first. */
export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The text of a file, `null` when there is none. @throws StateError */
  read(name: string): string | null {
    try {
      return readFileSync(join(this.path, name), 'utf8');
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return null;
      throw this.#failed('read', name, cause);
    }
  }

  /** Differs when the file has been written since; `''` when there is none or it cannot be looked at. */
  version(name: string): string {
    try {
      const { ino, size, mtimeMs } = statSync(join(this.path, name));
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      return '';
    }
  }

  /** Writes a whole file; who reads it at the same time gets the old or the new one. @throws StateError */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      makeFolder(this.path);
      writeFileSync(draft, text, { mode: PRIVATE_FILE, flag: 'wx', flush: true });
      chmodSync(draft, PRIVATE_FILE);
      this.#giveToOwner(draft);
      renameSync(draft, path);
    } catch (cause) {
      if (existsSync(draft)) rmSync(draft, { force: true });
      throw this.#failed('write', name, cause);
    }
  }

  /** Does `task` while no other process does one for that file: what is read in it is still so when it is written. @throws StateError */
  whileLocked<T>(name: string, task: () => T): T {
    const lock = join(this.path, `${name}.lock`);
    try {
      makeFolder(this.path);
      takeLock(lock);
    } catch (cause) {
      throw this.#failed('lock', name, cause);
    }
    try {
      return task();
    } finally {
      rmSync(lock, { force: true });
    }
  }

  /** What root writes for an agent that runs as somebody else, that one has to be able to read. */
  #giveToOwner(path: string): void {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = statSync(this.path);
    if (uid !== 0) chownSync(path, uid, gid);
  }

  #failed(verb: string, name: string, cause: unknown): StateError {
    const code = errorCode(cause) ?? 'UNKNOWN';
    const before = code === 'ENOSPC' ? 'free some of its disk, or ' : '';
    return new StateError(
      code,
      `Cannot ${verb} ${name} in ${this.path} (${code}): ${before}choose a folder that this user can write to with --state (METRICS_PANEL_STATE).`,
      { cause },
    );
  }
}

/** With those that it is in. What Node has for that does not come back from below `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: PRIVATE_FOLDER });
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  }
}

function takeLock(lock: string): void {
  const untilMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      writeFileSync(lock, '', { mode: PRIVATE_FILE, flag: 'wx' });
      return;
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST' || performance.now() > untilMs) throw cause;
    }
    const takenAtMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Math.abs(Date.now() - takenAtMs) > LEFT_BEHIND_MS) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
}
