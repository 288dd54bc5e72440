import { readFileSync } from 'node:fs';

/** The text of a file that is not kept open; `null` for one that is not there or cannot be read now. */
export function readOnce(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
