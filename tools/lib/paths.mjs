import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, wherever it was cloned to and wherever a command was started from. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string[]} parts */
export function inRepo(...parts) {
  return join(ROOT, ...parts);
}
