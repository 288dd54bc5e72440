import type { Context } from 'hono';
import { MessageError } from '../../shared/protocol/codec.ts';
import { Refusal } from '../sessions/connection.ts';

const BEARER = /^Bearer +(\S+)$/i;
const JSON_TYPE = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

/** The token of an `Authorization` header (RFC 6750, section 2.1); another scheme is a token that fits nobody. */
export function bearerToken(c: Context): string | undefined {
  const header = c.req.header('Authorization');
  return header === undefined ? undefined : (BEARER.exec(header)?.[1] ?? '');
}

export function answerJson(c: Context, text: string, status: 200 | 400 | 401 | 413 | 429 | 503): Response {
  return c.body(text, status, JSON_TYPE);
}

/** Says why a request was refused; any other error is thrown again. */
export function answerRefused(c: Context, error: unknown): Response {
  if (error instanceof MessageError) {
    const { message, code, id } = error;
    return answerRefused(c, new Refusal({ type: 'error', error: message, code, id }));
  }
  if (!(error instanceof Refusal)) throw error;
  if (error.isUnauthenticated) c.header('WWW-Authenticate', 'Bearer');
  if (error.retryMs !== undefined) {
    c.header('Retry-After', String(Math.ceil(error.retryMs / 1000)));
    return answerJson(c, error.answer, error.isFault ? 503 : 429);
  }
  return answerJson(c, error.answer, error.isUnauthenticated ? 401 : 400);
}
