import type { ServerResponse } from 'node:http';
import { isOrigin } from './origins.ts';

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
  /** A page whose origin is not allowed may read that it is not: it is told nothing else, and can show it to its reader. */
  readonly page?: { readonly origin: string };
}

/** What a program, or a page, can tell that refusal by. */
const ORIGIN_NOT_ALLOWED = 'origin_not_allowed';

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

/** Answers with the refusal's sentence, and ends the connection. */
export function answerRefusal(
  response: ServerResponse,
  { status, sentence, retryAfterS, page }: HttpRefusal,
): void {
  response.writeHead(status, {
    ...HEADERS,
    ...(retryAfterS === undefined ? {} : { 'Retry-After': retryAfterS }),
    ...(page === undefined ? {} : { 'Content-Type': 'application/json', Vary: 'Origin' }),
    ...(page !== undefined && isOfAPage(page.origin) ? { 'Access-Control-Allow-Origin': page.origin } : {}),
  });
  response.end(
    page === undefined ? `${sentence}\n` : JSON.stringify({ error: sentence, code: ORIGIN_NOT_ALLOWED }),
  );
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
