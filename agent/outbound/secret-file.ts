import { readFile, stat } from 'node:fs/promises';
import { errorCode } from '../system-error.ts';
import { OutboundError } from './guarded-fetch.ts';

const MAX_BYTES = 65_536;

/**
 * The text of a file with a secret, without white space at its ends. Read for each use, so that secrets can be changed without a restart.
 * @throws OutboundError (`secret`) that names the file
 */
export async function readSecretFile(path: string): Promise<string> {
  const text = (await readText(path)).trim();
  if (text === '') throw unusable(path, 'is empty');
  return text;
}

async function readText(path: string): Promise<string> {
  try {
    // First, since opening a pipe could wait forever.
    const stats = await stat(path);
    if (!stats.isFile()) throw unusable(path, 'is no file');
    if (stats.size > MAX_BYTES) throw unusable(path, 'is larger than 64 kB');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    throw unusable(path, `cannot be read (${errorCode(error) ?? 'unreadable'})`);
  }
}

function unusable(path: string, why: string): OutboundError {
  return new OutboundError('secret', `${path} ${why}`);
}
