import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../error-code.ts';
import { mend, StateError } from './state-error.ts';

/** Without waiting for the other end where a pipe stands in a file's place. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** Of file systems that have no links, such as FAT. */
const WITHOUT_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
/** Of systems and file systems that cannot be told to write a folder: what they do by themselves has to do. */
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
 * The folder of what outlives a run of the agent: small files that nobody but its user can read. It appears with the first.
 *
 * Several processes work in it at the same time, and none waits for another: a file is made whole or not at all, is never changed
 * afterwards, and has at most its name changed. So nobody can write back what somebody else has just taken away, however long a disk takes.
 */
export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Names of the files that are there, in no order; none where there is no folder. @throws StateError */
  async list(): Promise<readonly string[]> {
    try {
      return await readdir(this.path);
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return [];
      throw this.#failed('look into', '', cause);
    }
  }

  /** The text of a file, `null` when there is none. @throws StateError */
  async read(name: string): Promise<string | null> {
    try {
      return await readFile(join(this.path, name), { encoding: 'utf8', flag: READ });
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return null;
      throw this.#failed('read', name, cause);
    }
  }

  /** Differs when the file, or with `''` the folder, has been changed since, its mode included. @throws StateError */
  async version(name: string): Promise<string> {
    try {
      const { ino, size, ctimeNs } = await stat(join(this.path, name), { bigint: true });
      return `${ino} ${size} ${ctimeNs}`;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return 'none';
      throw this.#failed(name === '' ? 'look into' : 'read', name, cause);
    }
  }

  /** Makes a file, for good: it outlives a power cut from here on. Returns `false` where there is one of that name already. @throws StateError */
  async create(name: string, text: string): Promise<boolean> {
    const path = join(this.path, name);
    const draft = `${path}.${randomBytes(6).toString('hex')}.draft`;
    try {
      await makeFolder(this.path);
      await writeDraft(draft, text, await this.#heir());
      if (!(await nameDraft(draft, path))) return false;
      await this.#writeNames();
      return true;
    } catch (cause) {
      throw this.#failed('write', name, cause);
    } finally {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  /** Gives a file another name, for good. Returns `false` where there is none. Needs no room on the disk. @throws StateError */
  async rename(name: string, newName: string): Promise<boolean> {
    try {
      await rename(join(this.path, name), join(this.path, newName));
      await this.#writeNames();
      return true;
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT') return false;
      throw this.#failed('change', name, cause);
    }
  }

  /** Takes away a file that is of no use. @throws StateError */
  async remove(name: string): Promise<void> {
    try {
      await rm(join(this.path, name), { force: true });
    } catch (cause) {
      throw this.#failed('replace', name, cause);
    }
  }

  /** What root writes for an agent that runs as somebody else, that one has to be able to read; `null` where it is who writes. */
  async #heir(): Promise<Owner | null> {
    if (process.getuid?.() !== 0) return null;
    const { uid, gid } = await stat(this.path);
    return uid === 0 ? null : { uid, gid };
  }

  /** A name is on the disk once its folder is. */
  async #writeNames(): Promise<void> {
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
    return new StateError(code, `Cannot ${verb} ${what} (${code}): ${mend(code)}.`, { cause });
  }
}

/** With those that it is in. What Node has for that does not come back from below `/proc`. */
async function makeFolder(path: string): Promise<void> {
  const make = async (): Promise<void> => {
    try {
      await mkdir(path, { mode: PRIVATE_FOLDER });
    } catch (cause) {
      if (errorCode(cause) !== 'EEXIST') throw cause;
    }
  };
  try {
    await make();
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
    await makeFolder(dirname(path));
    await make();
  }
}

async function writeDraft(path: string, text: string, heir: Owner | null): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    await file.writeFile(text);
    // Not by its name: whose folder it is can have that lead to any file of root's.
    if (heir !== null) await file.chown(heir.uid, heir.gid);
    // Whatever the mask of the process takes away.
    await file.chmod(PRIVATE_FILE);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file that is whole its name, unless another has it: the one step in which two who do the same cannot both succeed. */
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
