import { randomBytes } from 'node:crypto';
import type { StateFolder } from './state-folder.ts';

const FILE = 'admin-token';
const BYTES = 32;

/** The secret that this agent made for itself, now or on an earlier run: 256 random bits. @throws StateError */
export function ownSecret(folder: StateFolder): { readonly secret: string; readonly isNew: boolean } {
  const known = folder.read(FILE)?.trim();
  if (known !== undefined && known !== '') return { secret: known, isNew: false };
  const secret = randomBytes(BYTES).toString('base64url');
  folder.write(FILE, `${secret}\n`);
  return { secret, isNew: true };
}
