import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { errorCode } from '../system-error.ts';
import { fixFor, StateError } from './state-error.ts';

/** Non-blocking, in case somebody put a named pipe in place of a file. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const PRIVATE_FILE = 0o600;
/** From file systems without hard links, such as FAT. */
const WITHOUT_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
/** From systems and file systems that cannot fsync a folder. */
const UNSYNCABLE: ReadonlySet<string | undefined> = new Set([
  'EINVAL',
  'EISDIR',
  'EPERM',
  'ENOTSUP',
  'EBADF',
]);

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The folder that persists between runs: small files, readable only by the agent's user. Created with the first file.
 *
 * Several processes use it at the same time without locks: files are created atomically, never modified, and at most renamed. So no process can
 * write back what another has just revoked, however slow the disk.
 */
export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** File names in no particular order; empty if the folder does not exist. @throws StateError */
  async list(): Promise<readonly string[]> {
    try {
      return await readdir(this.path);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return [];
      throw this.#failed('look into', '', cause);
    }
  }

  /** The text of a file, `null` if it does not exist. @throws StateError */
  async read(name: string): Promise<string | null> {
    try {
      return await readFile(join(this.path, name), { encoding: 'utf8', flag: READ });
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return null;
      throw this.#failed('read', name, cause);
    }
  }

  /** Changes whenever the file (`''` for the folder) or its mode changes. `none` if it does not exist. @throws StateError */
  async version(name: string): Promise<string> {
    try {
      const { ino, size, ctimeNs } = await stat(join(this.path, name), { bigint: true });
      return `${ino} ${size} ${ctimeNs}`;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return 'none';
      throw this.#failed(name === '' ? 'look into' : 'read', name, cause);
    }
  }

  /** Creates a file durably: it survives a power cut. Returns `false` if the name is taken. @throws StateError */
  async create(name: string, text: string): Promise<boolean> {
    const path = join(this.path, name);
    const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
    try {
      await makeFolder(this.path);
      await writeDraft(draft, text, await this.#newOwner());
      if (!(await nameDraft(draft, path))) return false;
      await this.#syncFolder();
      return true;
    } catch (cause) {
      throw this.#failed('write', name, cause);
    } finally {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  /** Renames a file durably, even on a full disk. Returns `false` if it does not exist. @throws StateError */
  async rename(name: string, newName: string): Promise<boolean> {
    try {
      await rename(join(this.path, name), join(this.path, newName));
      await this.#syncFolder();
      return true;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return false;
      throw this.#failed('change', name, cause);
    }
  }

  /** Removes a file. @throws StateError */
  async remove(name: string): Promise<void> {
    try {
      await rm(join(this.path, name), { force: true });
    } catch (cause) {
      throw this.#failed('replace', name, cause);
    }
  }

  /** Who must own new files: root creates them for an agent that runs as another user. `null` for the current user. */
  async #newOwner(): Promise<Owner | null> {
    if (process.getuid?.() !== 0) return null;
    const { uid, gid } = await stat(this.path);
    return uid === 0 ? null : { uid, gid };
  }

  /** Makes created and renamed names durable. */
  async #syncFolder(): Promise<void> {
    try {
      const folder = await open(this.path, 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (cause) {
      if (!UNSYNCABLE.has(errorCode(cause))) throw cause;
    }
  }

  #failed(verb: string, name: string, cause: unknown): StateError {
    const code = errorCode(cause) ?? 'UNKNOWN';
    const what = name === '' ? this.path : `${name} in ${this.path}`;
    return new StateError(code, `Cannot ${verb} ${what} (${code}): ${fixFor(code)}.`, { cause });
  }
}

async function writeDraft(path: string, text: string, owner: Owner | null): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    await file.writeFile(text);
    // By descriptor: the folder's owner could make the path lead to any file of root's.
    if (owner !== null) await file.chown(owner.uid, owner.gid);
    // Regardless of the umask.
    await file.chmod(PRIVATE_FILE);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a complete file its name, unless the name is taken: of two processes, only one can succeed. */
async function nameDraft(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path).catch((cause: unknown) => {
      if (!WITHOUT_LINKS.has(errorCode(cause))) throw cause;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw cause;
  }
}
