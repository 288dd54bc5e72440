import type { ServerResponse } from 'node:http';

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

/** Answers with the refusal's sentence, and ends the connection. */
export function answerRefusal(
  response: ServerResponse,
  { status, sentence, retryAfterS }: HttpRefusal,
): void {
  response.writeHead(
    status,
    retryAfterS === undefined ? HEADERS : { ...HEADERS, 'Retry-After': retryAfterS },
  );
  response.end(`${sentence}\n`);
}

/** Text of a stranger as it may stand in a log or an answer: visible ASCII, and not much of it. */
export function cleaned(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_VALUE_CHARACTERS);
}

const MAX_VALUE_CHARACTERS = 100;
