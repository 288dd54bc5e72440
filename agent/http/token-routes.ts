import { Hono } from 'hono';
import { StateError } from '../auth/state-error.ts';
import { createToken, TokenTooLongError } from '../auth/signed-tokens.ts';
import { checkTokenRequest } from '../auth/token-request.ts';
import type { TokenStore } from '../auth/token-store.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import type { Environment } from '../transports/open-answers.ts';
import { readBody } from '../transports/request-body.ts';
import { only, type GrantOf } from './authorization.ts';

/** Where tokens are made, listed and revoked. */
export const TOKENS_PATH = '/tokens';

/** When to ask again what the state folder did not allow. */
const MENDED_S = 5;

/** Tokens over HTTP, as the dashboard makes them; for whoever shows the secret of the agent, and nobody else. */
export function tokenRoutes(store: TokenStore, of: GrantOf): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(only({ kind: 'tokens' }, of));
  routes.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  // Who comes as far as the store is the owner of the agent, and may know what is wrong with its folder.
  routes.onError((error, c) => {
    if (!(error instanceof StateError)) throw error;
    return c.json({ error: error.message }, 503, { 'Retry-After': String(MENDED_S) });
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
