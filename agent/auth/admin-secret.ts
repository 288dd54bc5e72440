import { randomBytes } from 'node:crypto';
import { StateError } from './state-error.ts';
import type { StateFolder } from './state-folder.ts';

const FILE = 'admin-token';
const BYTES = 32;
/** As long as it is when it is made. A piece of it would be easier to guess, and is not what its owner has. */
const SECRET = /^[\x21-\x7e]{43,}$/;

/** The secret that an agent made for itself, and how it came by it. */
export interface OwnSecret {
  readonly secret: string;
  readonly isNew: boolean;
  /** Whether its file was there, and empty: a secret from before is no longer valid. */
  readonly wasEmpty: boolean;
}

/** Made now or on an earlier run: 256 random bits. @throws StateError */
export async function ownSecret(folder: StateFolder): Promise<OwnSecret> {
  const known = await read(folder);
  if (known !== null && known !== '') return { secret: known, isNew: false, wasEmpty: false };
  if (known === '') await folder.remove(FILE);
  const secret = randomBytes(BYTES).toString('base64url');
  const isNew = await folder.create(FILE, `${secret}\n`);
  // Another agent may have been quicker.
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
