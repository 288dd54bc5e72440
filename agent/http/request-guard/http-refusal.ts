import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOrigin } from '../../origins.ts';

/** Request headers that pages of other origins may send to the live endpoints (`Access-Control-Allow-Headers`). */
export const CORS_HEADERS = ['Authorization', 'Content-Type', 'Last-Event-ID'];

/** Why a request is refused, and its answer. */
export interface HttpRefusal {
  readonly status: 400 | 403 | 404 | 414 | 421 | 429 | 431 | 503;
  /** The reason; logged once for each `value`. */
  readonly kind: string;
  /** A cleaned part of the request that may be logged; `''` for none. */
  readonly value: string;
  /** One sentence for the client, with the setting that would allow the request. */
  readonly sentence: string;
  /** For 429 and 503. */
  readonly retryAfterS?: number;
  /** For programs; the answer is then JSON. */
  readonly code?: 'origin_not_allowed' | 'too_many_attempts';
  /** Origin whose page may read the answer; `null` for a program. */
  readonly origin?: string | null;
}

/** As response-headers.ts sets on every other answer, as far as it matters for text. */
const HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // Do not read the request's body, nor further requests.
  Connection: 'close',
} as const;

export function refusal(
  status: HttpRefusal['status'],
  kind: string,
  sentence: string,
  value = '',
): HttpRefusal {
  return { status, kind, value, sentence };
}

/**
 * Answers with the refusal's sentence, and closes the connection. Preflights for an answer that a page may read succeed: otherwise a page that sends
 * a token would learn only that the preflight failed.
 */
export function answerRefusal(
  response: ServerResponse,
  { status, sentence, retryAfterS, code, origin }: HttpRefusal,
): void {
  if (typeof origin === 'string' && isPageOrigin(origin) && isPreflight(response.req)) {
    const { 'Content-Type': _type, ...headers } = HEADERS;
    response.writeHead(204, { ...headers, ...corsHeaders(origin), ...PREFLIGHT_HEADERS });
    response.end();
    return;
  }
  response.writeHead(status, {
    ...HEADERS,
    ...(code === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(retryAfterS === undefined ? {} : { 'Retry-After': retryAfterS }),
    ...(typeof origin === 'string' ? corsHeaders(origin) : {}),
  });
  response.end(code === undefined ? `${sentence}\n` : JSON.stringify({ error: sentence, code }));
}

function corsHeaders(origin: string): Record<string, string> {
  if (!isPageOrigin(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

/** Without `Access-Control-Max-Age`, browsers cache these for five seconds only: the origin may be allowed soon. */
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': CORS_HEADERS.join(', '),
};

/** WHATWG Fetch, section 3.3. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** As browsers serialize origins; anything else is not echoed in a header. */
function isPageOrigin(origin: string): boolean {
  return isOrigin(origin) || origin === 'null';
}

const MAX_VALUE_CHARACTERS = 100;

/** Untrusted text made safe for a log or an answer: visible ASCII, truncated. */
export function sanitize(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_VALUE_CHARACTERS);
}
