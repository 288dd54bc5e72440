import { Hono } from 'hono';
import { StateError } from '../auth/state-error.ts';
import { createToken, TokenTooLongError } from '../auth/signed-tokens.ts';
import { checkTokenRequest } from '../auth/token-request.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import { readBody, type Environment } from '../transports/http-exchange.ts';
import { requireGrant, type GrantOf } from './authorization.ts';

export const TOKENS_PATH = '/tokens';

/** `Retry-After` while the state folder fails. */
const RETRY_AFTER_S = 5;

/** Creates, lists and revokes tokens, for admins only. */
export function tokenRoutes(store: TokenStore, of: GrantOf): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(requireGrant({ kind: 'tokens' }, of));
  routes.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  // Only admins get this far; they may see what is wrong with the state folder.
  routes.onError((error, c) => {
    if (!(error instanceof StateError)) throw error;
    return c.json({ error: error.message }, 503, { 'Retry-After': String(RETRY_AFTER_S) });
  });
  routes.get('/', async (c) => c.json({ tokens: await store.list() }));
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
  routes.delete('/:id', async (c) =>
    (await store.remove(c.req.param('id'))) ? c.body(null, 204) : c.notFound(),
  );
  return routes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
