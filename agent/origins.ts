import { isIPv6 } from 'node:net';

/** A host as a Host header names it (RFC 9110, section 7.2), in lower case. */
export interface NamedHost {
  /** Name or address, without brackets, final dot and port. */
  readonly name: string;
  /** Digits; `''` for the default port of the scheme. */
  readonly port: string;
}

const HOST = /^(?:\[([\da-f:.]+)\]|([a-z\d_.-]+?)\.?)(?::(\d{1,5}))?$/;
const ORIGIN = /^https?:\/\/[^/?#@\s]+$/;

/** Parses a Host header; `null` if it names no host. */
export function parseHost(header: string): NamedHost | null {
  const match = HOST.exec(header.toLowerCase());
  if (match === null) return null;
  const [, address, name = address, port = ''] = match;
  if (name === undefined || (address !== undefined && !isIPv6(address))) return null;
  return { name, port };
}

/** Whether `text` is the origin of a web page, exactly as browsers serialize it (RFC 6454, section 6.2). */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/**
 * Whether a page of `origin` was served by `host`. Over plain HTTP the schemes are not compared: an unknown TLS proxy may stand in front.
 * @param isEncrypted whether the request itself came over TLS
 */
export function isSameOrigin(origin: string, host: NamedHost, isEncrypted: boolean): boolean {
  if (!isOrigin(origin)) return false;
  const { protocol, hostname, port } = new URL(origin);
  if (isEncrypted && protocol !== 'https:') return false;
  const isDefault = host.port === (protocol === 'https:' ? '443' : '80');
  return hostname.replace(/^\[(.*)\]$/, '$1') === host.name && port === (isDefault ? '' : host.port);
}
