import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { MessageError } from '../../shared/protocol/codec.ts';
import { RequestRefusal } from '../sessions/connection.ts';

/** What the HTTP server passes to routes; `app.request` in tests passes nothing. */
export interface Environment {
  Bindings: Partial<HttpBindings>;
}

const BEARER = /^Bearer +(\S+)$/i;
const JSON_HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };

/** The token of the `Authorization` header (RFC 6750, section 2.1); `''`, which is never valid, for another scheme. */
export function bearerToken(c: Context): string | undefined {
  const header = c.req.header('Authorization');
  return header === undefined ? undefined : (BEARER.exec(header)?.[1] ?? '');
}

/**
 * The body as text, `null` if it is longer than `maxBytes`, with or without a Content-Length. If the client disconnects, what arrived until then.
 */
export async function readBody({ body, headers }: Request, maxBytes: number): Promise<string | null> {
  if (Number(headers.get('Content-Length') ?? 0) > maxBytes) return null;
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  const read: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) return null;
      read.push(chunk);
    }
  } catch {
    // The client has disconnected; no one reads the answer.
  }
  return Buffer.concat(read).toString();
}

export function answerJson(
  c: Context,
  text: string,
  status: 200 | 400 | 401 | 404 | 413 | 429 | 503,
): Response {
  return c.body(text, status, JSON_HEADERS);
}

/** Answers a `RequestRefusal` or `MessageError`; throws any other error again. */
export function answerRefused(c: Context, error: unknown): Response {
  if (error instanceof MessageError) {
    const { message, code, id } = error;
    return answerRefused(c, new RequestRefusal({ type: 'error', error: message, code, id }));
  }
  if (!(error instanceof RequestRefusal)) throw error;
  if (error.isUnauthenticated) c.header('WWW-Authenticate', 'Bearer');
  if (error.retryMs !== undefined) {
    c.header('Retry-After', String(Math.ceil(error.retryMs / 1000)));
    return answerJson(c, error.answer, error.isFault ? 503 : 429);
  }
  return answerJson(c, error.answer, error.isUnauthenticated ? 401 : 400);
}
