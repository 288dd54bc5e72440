import { Hono } from 'hono';
import { createToken, TokenTooLongError } from '../auth/signed-tokens.ts';
import { checkTokenRequest } from '../auth/token-request.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { CLIENT_LIMITS } from '../../shared/messages.ts';
import type { Environment } from '../transports/open-answers.ts';
import { readBody } from '../transports/request-body.ts';
import { only, type GrantOf } from './authorization.ts';

/** Where tokens are made, listed and revoked. */
export const TOKENS_PATH = '/tokens';

/** Tokens over HTTP, as the dashboard makes them; for whoever shows the secret of the agent, and nobody else. */
export function tokenRoutes(store: TokenStore, of: GrantOf): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(only({ kind: 'tokens' }, of));
  routes.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  routes.get('/', (c) => c.json({ tokens: store.list() }));
  routes.post('/', async (c) => {
    const body = await readBody(c.req.raw, CLIENT_LIMITS.messageBytes);
    if (body === null)
      return c.json({ error: `Too long: ${CLIENT_LIMITS.messageBytes} bytes at most.` }, 413);
    const request = checkTokenRequest(parse(body));
    if (typeof request === 'string') return c.json({ error: `${request}.` }, 400);
    try {
      return c.json(await createToken(store, request), 201);
    } catch (error) {
      if (error instanceof TokenTooLongError) return c.json({ error: error.message }, 400);
      throw error;
    }
  });
  routes.delete('/:id', (c) => (store.remove(c.req.param('id')) ? c.body(null, 204) : c.notFound()));
  return routes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
