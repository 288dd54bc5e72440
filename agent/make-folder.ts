import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './system-error.ts';

/** For the agent's user alone. */
const PRIVATE_FOLDER = 0o700;

/** Makes a folder, and those above it, unless it exists. Node's own `recursive` option never settles below `/proc`. */
export async function makeFolder(path: string): Promise<void> {
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
