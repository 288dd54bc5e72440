import { basename } from 'node:path';
import { readStart, SecretFileError } from '../../outbound/secret-file.ts';
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
  const text = 'env' in source ? process.env[source.env] : await readFile(source.file, what);
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

async function readFile(path: string, what: string): Promise<string> {
  try {
    return await readStart(path, MAX_SECRET_BYTES + 1);
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw error;
    throw new DeliveryError(`its ${what} is missing: the file ${basename(path)} ${error.message}`);
  }
}
