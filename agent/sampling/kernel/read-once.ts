import { readFileSync, type PathLike } from 'node:fs';

/** The text of a file that is not kept open; `null` for one that is not there or cannot be read now. */
export function readOnce(path: PathLike, encoding: 'utf8' | 'latin1' = 'utf8'): string | null {
  try {
    return readFileSync(path, encoding);
  } catch {
    return null;
  }
}
