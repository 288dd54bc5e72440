import type { IncomingMessage } from 'node:http';
import { isHandshake } from '../../transports/upgradable-request.ts';
import { refusal, type HttpRefusal } from './http-refusal.ts';

const MAX_HEADER_BYTES = 8 * 1024;
const MAX_URL_BYTES = 8 * 1024;
/** `maxHeaderSize` of Node, which answers 431 without a reason: larger than both limits, so that our answer names the one. */
export const MAX_HEAD_BYTES = 3 * 8 * 1024;
/** `: ` and CRLF. */
const BYTES_PER_HEADER = 4;

/** Query parameters in which programs send tokens. */
const TOKEN_NAMES: ReadonlySet<string> = new Set([
  'token',
  'access_token',
  'auth',
  'authorization',
  'api_key',
]);

/** Counts a header that Node would merge or drop. @param name in lower case */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((word, index) => index % 2 === 0 && word.toLowerCase() === name).length;
}

/** Checks the request line and headers, regardless of client and route. Returns `null` if they are fine. */
export function checkRequestHead(request: IncomingMessage): HttpRefusal | null {
  const { url = '', rawHeaders, headers } = request;
  const hosts = countHeader(request, 'host');
  if (hosts !== 1)
    return refusal(400, 'host-count', `A request has one Host header, and this one has ${hosts}.`);
  const headerBytes = rawHeaders.reduce((sum, word) => sum + word.length, 0);
  if (headerBytes + (rawHeaders.length / 2) * BYTES_PER_HEADER > MAX_HEADER_BYTES) {
    return refusal(
      431,
      'header-bytes',
      `The headers of a request may have ${MAX_HEADER_BYTES} bytes, and these have more: send less of them, such as cookies.`,
    );
  }
  if (url.length > MAX_URL_BYTES) {
    return refusal(
      414,
      'url-bytes',
      `The address of a request may have ${MAX_URL_BYTES} bytes, and this one has more: poll (POST /metrics/poll) to follow that much.`,
    );
  }
  if (!url.startsWith('/')) {
    return refusal(400, 'target', 'An address begins with "/" here: this agent is no proxy for other hosts.');
  }
  // URL parsers and file systems treat a backslash as a slash.
  if (url.split('?', 1)[0]?.includes('\\')) return refusal(404, 'path', 'Not found.');
  if (isHandshake(request) && hasBody(headers)) {
    return refusal(
      400,
      'upgrade-body',
      'A WebSocket handshake has no body: send it without Content-Length and Transfer-Encoding.',
    );
  }
  if (hasToken(url)) {
    return refusal(
      400,
      'token-in-address',
      'A token does not belong in an address, which logs and histories keep: send it as "Authorization: Bearer …", or in the first message of a WebSocket.',
    );
  }
  return null;
}

function hasBody(headers: IncomingMessage['headers']): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

function hasToken(url: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  const names = [...new URLSearchParams(url.slice(query + 1)).keys()];
  return names.some((name) => TOKEN_NAMES.has(name.trim().toLowerCase()));
}
