import { randomBytes } from 'node:crypto';
import { StateError } from './state-error.ts';
import type { StateFolder } from './state-folder.ts';

const FILE = 'admin-token';
const BYTES = 32;
/** A shorter one was truncated, and would be easier to guess. */
const SECRET = /^[\x21-\x7e]{43,}$/;

/** The secret that the agent generated. */
export interface OwnSecret {
  readonly secret: string;
  readonly isNew: boolean;
  /** Whether its file existed and was empty, so that an earlier secret is no longer valid. */
  readonly wasEmpty: boolean;
}

/** Reads the secret of an earlier run, or generates 256 random bits. @throws StateError */
export async function ownSecret(folder: StateFolder): Promise<OwnSecret> {
  const known = await read(folder);
  if (known !== null && known !== '') return { secret: known, isNew: false, wasEmpty: false };
  if (known === '') await folder.remove(FILE);
  const secret = randomBytes(BYTES).toString('base64url');
  const isNew = await folder.create(FILE, `${secret}\n`);
  // Another agent may have created it first.
  return { secret: isNew ? secret : ((await read(folder)) ?? secret), isNew, wasEmpty: known === '' };
}

async function read(folder: StateFolder): Promise<string | null> {
  const secret = (await folder.read(FILE))?.trim() ?? null;
  if (secret === null || secret === '' || SECRET.test(secret)) return secret;
  throw new StateError(
    'EINVAL',
    `${FILE} in ${folder.path} is damaged: put it back, or remove it, and the agent makes a new secret.`,
  );
}
