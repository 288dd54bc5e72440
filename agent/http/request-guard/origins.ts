import type { NamedHost } from './host-names.ts';

/** What pages of other origins may send to the live protocol, beside what every page may. */
export const HEADERS_OF_PAGES = ['Authorization', 'Content-Type', 'Last-Event-ID'];

const ORIGIN = /^https?:\/\/[^/?#@\s]+$/;

/** Whether `text` is the origin of web pages, word for word as a browser sends it (RFC 6454, section 6.2). */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/**
 * Whether a page of `origin` was served by `host`. The scheme is not compared where nothing tells which the page was served with: before a
 * proxy that nobody told us of.
 * @param isEncrypted whether the request itself came over TLS
 */
export function isSameOrigin(origin: string, host: NamedHost, isEncrypted: boolean): boolean {
  if (!isOrigin(origin)) return false;
  const { protocol, hostname, port } = new URL(origin);
  if (isEncrypted && protocol !== 'https:') return false;
  const isDefault = host.port === (protocol === 'https:' ? '443' : '80');
  return hostname.replace(/^\[(.*)\]$/, '$1') === host.name && port === (isDefault ? '' : host.port);
}
