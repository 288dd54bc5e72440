import { randomBytes } from 'node:crypto';
import type { StateFolder } from './state-folder.ts';

const FILE = 'admin-token';
const BYTES = 32;

/** The secret that this agent made for itself, now or on an earlier run: 256 random bits. @throws StateError */
export function ownSecret(folder: StateFolder): { readonly secret: string; readonly isNew: boolean } {
  const known = read(folder);
  if (known !== null) return { secret: known, isNew: false };
  return folder.whileLocked(FILE, () => {
    // Another agent may have been quicker.
    const made = read(folder);
    if (made !== null) return { secret: made, isNew: false };
    const secret = randomBytes(BYTES).toString('base64url');
    folder.write(FILE, `${secret}\n`);
    return { secret, isNew: true };
  });
}

function read(folder: StateFolder): string | null {
  return folder.read(FILE)?.trim() || null;
}
