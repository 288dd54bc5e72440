import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

const MAX_AGE_S = 600;

/**
 * Lets pages of other origins use a route of the live protocol, as they can open a WebSocket. No cookie is ever looked at, so
 * none may be sent; the asking origin is named, never `*`.
 */
export const crossOrigin = (method: 'GET' | 'POST'): MiddlewareHandler =>
  cors({
    origin: (origin) => (origin === '' ? null : origin),
    allowMethods: [method],
    allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'],
    maxAge: MAX_AGE_S,
  });
