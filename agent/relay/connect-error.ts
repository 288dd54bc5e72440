import { isUntrusted } from '../outbound/trusted-certificates.ts';
import { errorCode } from '../system-error.ts';

/** A connection that broke or never came about. Its text is for people: a sentence without a full stop. */
export class ConnectError extends Error {
  /** So that a text of the error is the message alone. */
  override readonly name = '';
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ENOTFOUND: 'no such name is known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  EPROTO: 'it does not speak TLS there: try http://',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Why a connection failed, from an error of a socket, TLS or HTTP. */
export function connectErrorOf(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const code = errorCode(error);
  if (isUntrusted(code))
    return new ConnectError(
      `its certificate is not trusted here: name its authority with --relay-ca (${code})`,
    );
  if (code?.startsWith('HPE_') === true || code?.startsWith('ERR_SSL_') === true)
    return new ConnectError(`what answers there is no agent, or speaks another of http and https (${code})`);
  const words = code === undefined ? undefined : WORDS[code];
  if (words !== undefined) return new ConnectError(`${words} (${code})`);
  return new ConnectError(error instanceof Error ? error.message : String(error));
}
