import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../system-error.ts';

/** By group or others. */
const WRITABLE = 0o022;
const READABLE = 0o044;
const SEARCHABLE = 0o011;
const SECRETS: ReadonlySet<string> = new Set(['admin-token', 'signing-key']);

/**
 * A startup warning, with the fix, if users other than root and this one can get access through the state folder. `null` if they cannot, and on
 * systems without such permissions.
 */
export async function findPermissionRisk(folder: string): Promise<string | null> {
  const user = process.getuid?.();
  if (user === undefined) return null;
  try {
    for (const name of ['', ...(await readdir(folder))]) {
      const risk = await riskOf(folder, name, user);
      if (risk !== null) return risk;
    }
    return null;
  } catch (error) {
    // Unreadable files are reported when they are used.
    if (errorCode(error) !== undefined) return null;
    throw error;
  }
}

async function riskOf(folder: string, name: string, user: number): Promise<string | null> {
  const { mode, uid } = await stat(join(folder, name));
  const { mode: modeOfFolder } = await stat(folder);
  const what = name === '' ? `The state folder ${folder}` : `${name} in the state folder ${folder}`;
  const fix = `(chmod -R go= ${folder}; chown -R it where it is not this user's)`;
  if (uid !== 0 && uid !== user)
    return `${what} belongs to another user (${uid}), who can let in whom they like: make it this user's alone ${fix}`;
  if ((mode & WRITABLE) !== 0)
    return `${what} can be written by others (mode ${octal(mode)}), who can let in whom they like: make it this user's alone ${fix}`;
  const isReadable = (mode & READABLE) !== 0 && (modeOfFolder & SEARCHABLE) !== 0;
  if (SECRETS.has(name) && isReadable)
    return `${what} can be read by others (mode ${octal(mode)}), who can do everything: make it this user's alone ${fix}`;
  return null;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
