import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { credsAuthenticator, nkeyAuthenticator, type Auth } from '@nats-io/transport-node';
import { errorCode } from '../system-error.ts';

const MAX_BYTES = 65_536;
/** Of a user; other kinds of keys cannot log in. */
const USER_SEED = /^SU[A-Z2-7]{56}$/m;
const CREDENTIALS = '-----BEGIN NATS USER JWT-----';

/** A file that nobody can log in with; the message is one sentence that names it. */
export class CredentialsError extends Error {}

/**
 * What a file with the seed of a user's nkey, or with credentials of NATS (`.creds`), answers to a server's challenge. Reads it at once, because the
 * client asks for it in the middle of a handshake.
 * @throws CredentialsError
 */
export function authenticate(path: string, nonce: string | undefined): Auth {
  const text = readSmallFile(path);
  const bytes = new TextEncoder();
  try {
    if (text.includes(CREDENTIALS)) return credsAuthenticator(bytes.encode(text))(nonce);
    const seed = USER_SEED.exec(text)?.[0];
    if (seed !== undefined) return nkeyAuthenticator(bytes.encode(seed))(nonce);
  } catch {
    // Its checksum is wrong, or parts of it are missing.
  }
  throw new CredentialsError(
    `${path} holds neither the seed of a user's nkey (SU…) nor credentials of NATS: name another file.`,
  );
}

function readSmallFile(path: string): string {
  try {
    // Else opening a pipe could wait forever.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(file).isFile()) throw new CredentialsError(`${path} is no file: name another one.`);
      const buffer = Buffer.alloc(MAX_BYTES);
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, MAX_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    if (errorCode(error) === 'ENOENT')
      throw new CredentialsError(`${path} does not exist: name another file, or put the credentials there.`);
    throw new CredentialsError(
      `${path} cannot be read (${errorCode(error) ?? 'unreadable'}): make it readable for the user that this runs as.`,
    );
  }
}
