import type { IncomingMessage, ServerResponse } from 'node:http';
import { HEADERS_OF_PAGES, isOrigin } from './origins.ts';

/** A request that is not let in. */
export interface HttpRefusal {
  readonly status: 400 | 403 | 404 | 414 | 421 | 429 | 431 | 503;
  /** What it was refused for; with `value`, what is logged once. */
  readonly kind: string;
  /** A word of the request that the log may hold; `''` where there is none. */
  readonly value: string;
  /** One sentence for whoever asked, which names the setting that would allow it. */
  readonly sentence: string;
  /** When to come again, for 429 and 503. */
  readonly retryAfterS?: number;
  /** What a program can tell it by; the answer is JSON then. */
  readonly code?: 'origin_not_allowed' | 'too_many_attempts';
  /** Of the page that may read it, and show it to its reader; `null` where no page asks. */
  readonly origin?: string | null;
}

/** What security-headers.ts says of every other answer, as far as it matters for a text. */
const HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // What else comes over it is not worth reading, a body least of all.
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
 * Answers with the refusal's sentence, and ends the connection. Where a page may read that, its browser may ask: a page that is refused while it
 * asks for leave to show a token hears nothing at all.
 */
export function answerRefusal(
  response: ServerResponse,
  { status, sentence, retryAfterS, code, origin }: HttpRefusal,
): void {
  if (typeof origin === 'string' && isOfAPage(origin) && isPreflight(response.req)) {
    const { 'Content-Type': _type, ...headers } = HEADERS;
    response.writeHead(204, { ...headers, ...readableBy(origin), ...PREFLIGHT_HEADERS });
    response.end();
    return;
  }
  response.writeHead(status, {
    ...HEADERS,
    ...(code === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(retryAfterS === undefined ? {} : { 'Retry-After': retryAfterS }),
    ...(typeof origin === 'string' ? readableBy(origin) : {}),
  });
  response.end(code === undefined ? `${sentence}\n` : JSON.stringify({ error: sentence, code }));
}

function readableBy(origin: string): Record<string, string> {
  if (!isOfAPage(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

/** Kept by a browser for the five seconds of the standard: what is refused now, may be allowed then. */
const PREFLIGHT_HEADERS = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': HEADERS_OF_PAGES.join(', '),
};

/** WHATWG Fetch, section 3.3. */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** As browsers write it; what else a program may send is not handed back in a header. */
function isOfAPage(origin: string): boolean {
  return isOrigin(origin) || origin === 'null';
}

/** Text of a stranger as it may stand in a log or an answer: visible ASCII, and not much of it. */
export function cleaned(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_VALUE_CHARACTERS);
}

const MAX_VALUE_CHARACTERS = 100;
