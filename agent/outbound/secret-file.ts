import { constants, open } from 'node:fs/promises';
import { errorCode } from '../system-error.ts';
import { OutboundError } from './guarded-fetch.ts';

const MAX_BYTES = 65_536;

/** A secret's file that is no file, or cannot be read. */
export class SecretFileError extends Error {}

/**
 * The text of a file with a secret, without white space at its ends. Read for each use, so that secrets can be changed without a restart.
 * @throws OutboundError (`secret`) that names the file
 */
export async function readSecretFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await readStart(path, MAX_BYTES + 1);
  } catch (error) {
    if (error instanceof SecretFileError) throw unusable(path, error.message);
    throw error;
  }
  if (Buffer.byteLength(text) > MAX_BYTES) throw unusable(path, 'is larger than 64 kB');
  if (text.trim() === '') throw unusable(path, 'is empty');
  return text.trim();
}

/**
 * The first bytes of a file with a secret, as text.
 * @throws SecretFileError that says why not, as the end of a sentence: `is no file`
 */
export async function readStart(path: string, maxBytes: number): Promise<string> {
  try {
    // Else opening a pipe could wait forever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await file.stat()).isFile()) throw new SecretFileError('is no file');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SecretFileError) throw error;
    throw new SecretFileError(`cannot be read (${errorCode(error) ?? 'unreadable'})`);
  }
}

function unusable(path: string, why: string): OutboundError {
  return new OutboundError('secret', `${path} ${why}`);
}
