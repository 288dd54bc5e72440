import { constants, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { errorCode } from '../../system-error.ts';
import type { Address, SecretSource } from '../alert-settings.ts';
import { DeliveryError } from './delivery-error.ts';

const MAX_SECRET_BYTES = 4096;

/**
 * Reads a secret, without white space around it.
 * @param what for errors: `token`
 * @throws DeliveryError that names where it should be, and never shows it
 */
export async function readSecret(source: SecretSource, what: string): Promise<string> {
  const where = 'env' in source ? `variable ${source.env}` : `file ${basename(source.file)}`;
  const text = 'env' in source ? process.env[source.env] : await readStart(source.file, what);
  if (text === undefined) throw new DeliveryError(`its ${what} is missing: the ${where} is not set`);
  const secret = text.trim();
  if (secret === '') throw new DeliveryError(`its ${what} is missing: the ${where} is empty`);
  if (Buffer.byteLength(text) > MAX_SECRET_BYTES)
    throw new DeliveryError(`its ${what} is longer than 4 kB: see the ${where}`);
  if (/\p{Cc}/u.test(secret))
    throw new DeliveryError(`its ${what} has more than one line, or control characters: see the ${where}`);
  return secret;
}

/** An address, which may be a secret. */
export function readAddress(address: Address): string | Promise<string> {
  return 'url' in address ? address.url : readSecret(address, 'address');
}

async function readStart(file: string, what: string): Promise<string> {
  try {
    // Else a pipe would be waited for.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_SECRET_BYTES + 1), 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errorCode(error) ?? 'unknown error';
    throw new DeliveryError(`its ${what} cannot be read from the file ${basename(file)}: ${code}`);
  }
}
