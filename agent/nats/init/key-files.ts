import { createUser, fromSeed } from '@nats-io/nkeys';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import { OperatorError } from '../../operator-error.ts';
import { errorCode } from '../../system-error.ts';

/** Public keys of the users of a fleet's server. */
export interface FleetUsers {
  /** Makes streams. */
  readonly admin: string;
  readonly gateway: string;
  /** By the name of the host in subjects. */
  readonly hosts: ReadonlyMap<string, string>;
}

export interface FleetKeys {
  readonly users: FleetUsers;
  /** Paths of the seeds that were made now. */
  readonly made: readonly string[];
  /** Paths of seeds that others on this machine can read. */
  readonly exposed: readonly string[];
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const GATEWAY = 'gateway.nk';
/** Hosts have a prefix, so that one may be called admin. */
const HOST = /^host-([\w-]{1,64})\.nk$/;

/** The file with the seed of the user that makes streams. */
export const ADMIN_KEY = 'admin.nk';

/** Where the seed of the user is that makes streams. */
export function adminKeyIn(folder: string): string {
  return join(folder, ADMIN_KEY);
}

/**
 * Makes the seeds that are missing in a folder; those that are there are never written again.
 * @param hosts names of hosts, beside those that have seeds already
 * @throws OperatorError
 */
export async function ensureKeys(folder: string, hosts: readonly string[]): Promise<FleetKeys> {
  const made: string[] = [];
  const exposed: string[] = [];
  const userOf = async (name: string): Promise<string> => {
    const path = join(folder, name);
    if (await makeSeed(path)) made.push(path);
    else if (await isExposed(path)) exposed.push(path);
    return publicKeyIn(path);
  };
  await orSay(folder, () => makeFolder(folder));
  const names = new Set([...(await hostsIn(folder)), ...hosts]);
  const admin = await userOf(ADMIN_KEY);
  const gateway = await userOf(GATEWAY);
  const users = new Map<string, string>();
  for (const name of [...names].toSorted()) users.set(name, await userOf(`host-${name}.nk`));
  return { users: { admin, gateway, hosts: users }, made, exposed };
}

/** Names of the hosts whose seeds are in a folder, which need not exist. @throws OperatorError */
export async function hostsIn(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => HOST.exec(name)?.[1] ?? []);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw unusable(folder, cause);
  }
}

/** @returns whether it was missing */
async function makeSeed(path: string): Promise<boolean> {
  return orSay(path, async () => {
    try {
      const file = await open(path, 'wx', OWNER_ONLY);
      try {
        await file.writeFile(`${new TextDecoder().decode(createUser().getSeed())}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

async function publicKeyIn(path: string): Promise<string> {
  const seed = await orSay(path, () => readFile(path));
  try {
    const key = fromSeed(
      new Uint8Array(Buffer.from(seed.toString('latin1').trim(), 'latin1')),
    ).getPublicKey();
    if (key.startsWith('U')) return key;
  } catch {
    // Its message would repeat nothing that helps.
  }
  throw new OperatorError(
    'nats_key',
    `${path} holds no seed of a user (SU…): put the right one there, or remove the file to have one made.`,
  );
}

async function isExposed(path: string): Promise<boolean> {
  const { mode } = await orSay(path, () => stat(path));
  return (mode & OTHERS) !== 0;
}

async function orSay<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): OperatorError {
  return new OperatorError(
    'nats_key',
    `${path} cannot be used (${errorCode(cause) ?? String(cause)}): name a folder of your own with --keys.`,
    { cause },
  );
}
