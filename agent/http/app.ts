import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context, type Handler, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import { SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../../shared/protocol/messages.ts';
import { POLL_PATH } from '../transports/long-poll.ts';
import { SSE_PATH } from '../transports/sse.ts';
import { METRICS_PATH } from '../transports/websocket.ts';
import { isAllowed } from '../auth/grant.ts';
import type { TokenStore } from '../auth/token-store.ts';
import type { Environment } from '../transports/http-exchange.ts';
import { alertMethods, alertRoutes, ALERTS_PATH, type AlertRoutesOptions } from './alert-routes.ts';
import type { GrantOf } from './authorization.ts';
import { HISTORY_PATH, isHistory } from './history-route.ts';
import { tokenRoutes, TOKENS_PATH } from './token-routes.ts';
import type { Health } from './health.ts';
import type { RequestGuard } from './request-guard/request-guard.ts';
import { corsHeaders, securityHeaders } from './response-headers.ts';
import type { Respond } from './server.ts';
import { serveFile, type Manifest } from './static-files.ts';

export interface AppOptions {
  readonly manifest: Manifest;
  readonly health: () => Health;
  readonly log: Logger;
  /** Origins whose pages may frame the dashboard. */
  readonly framers?: readonly string[];
  /** The transports for networks without WebSocket, and the past. */
  readonly live?: {
    readonly sse: Handler<Environment>;
    readonly poll: Handler<Environment, typeof POLL_PATH>;
    readonly history: Handler<Environment>;
    /** Answers a `GET` of the live endpoint without a handshake; without it there is only the live endpoint. */
    readonly prometheus?: Handler<Environment>;
    readonly requestGuard: RequestGuard;
  };
  readonly access?: { readonly tokens: TokenStore; readonly grantOf: GrantOf };
  readonly alerts?: Omit<AlertRoutesOptions, 'log'>;
}

/** Allowed methods by path; `GET` and `HEAD` elsewhere. No `HEAD` for a stream, which would never end. */
const METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  [SSE_PATH, ['GET']],
  [POLL_PATH, ['POST']],
  [HISTORY_PATH, ['GET', 'HEAD']],
  [TOKENS_PATH, ['GET', 'HEAD', 'POST']],
]);

/** All HTTP routes of the agent, independent of server and port. */
export function createApp({
  manifest,
  health,
  log,
  framers = [],
  live,
  access,
  alerts,
}: AppOptions): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use(securityHeaders(framers));
  app.use(async (c, next) => {
    const methods = methodsOf(c.req.path);
    if (methods.includes(c.req.raw.method) || isPreflight(c)) return next();
    const are = methods.length > 1 ? 'are' : 'is';
    return c.text(`Only ${methods.join(' and ')} ${are} answered here.\n`, 405, {
      Allow: methods.join(', '),
    });
  });
  if (live !== undefined) {
    const { requestGuard } = live;
    app.use(SSE_PATH, corsHeaders('GET', requestGuard.resolvePeer), reserveConnection(requestGuard));
    app.use(POLL_PATH, corsHeaders('POST', requestGuard.resolvePeer), reserveConnection(requestGuard));
    app.use(HISTORY_PATH, corsHeaders('GET', requestGuard.resolvePeer), reserveConnection(requestGuard));
    app.get(SSE_PATH, live.sse);
    app.post(POLL_PATH, live.poll);
    app.get(HISTORY_PATH, compress({ contentTypeFilter: isHistory }), live.history);
  }

  if (access !== undefined) app.route(TOKENS_PATH, tokenRoutes(access.tokens, access.grantOf));
  if (alerts !== undefined) app.route(ALERTS_PATH, alertRoutes({ ...alerts, log }));

  app.get('/healthz', async (c) => {
    const grant = access === undefined ? null : await access.grantOf(c);
    const maySeeState = access === undefined || (grant !== null && isAllowed(grant, { kind: 'state' }));
    const { status, ...rest } = health();
    return c.json(maySeeState ? { status, ...rest } : { status }, 200, { 'Cache-Control': 'no-store' });
  });
  if (live?.prometheus !== undefined) {
    app.get(
      METRICS_PATH,
      (c, next) => (wantsWebSocket(c) ? explainHandshake(c) : next()),
      reserveConnection(live.requestGuard),
      live.prometheus,
    );
  }
  app.get(METRICS_PATH, explainHandshake);
  app.get('*', (c) => {
    const file = manifest.get(c.req.path);
    if (file !== undefined) return serveFile(c, file);
    if (c.req.path === '/')
      return c.text(
        'The dashboard is not built: run `npm run build`, or `npm run dev` to work on it.\n',
        404,
      );
    return c.notFound();
  });
  app.notFound((c) => c.text('Not found.\n', 404));
  app.onError((error, c) => {
    log.error({ err: error }, 'A request failed');
    return c.text('Internal error.\n', 500);
  });
  return app;
}

function methodsOf(path: string): readonly string[] {
  if (path.startsWith(`${TOKENS_PATH}/`)) return ['DELETE'];
  return METHODS.get(path) ?? alertMethods(path) ?? ['GET', 'HEAD'];
}

/** Adapts `app` to a Node server. */
export function requestListener(app: Hono<Environment>): Respond {
  const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return async (request, response) => {
    await respond(request, response);
  };
}

/** Counts a stream, poll or answer as a live connection while it is open. */
function reserveConnection(requestGuard: RequestGuard): MiddlewareHandler<Environment> {
  return async ({ env: { incoming, outgoing } }, next) => {
    if (incoming === undefined || outgoing === undefined) return next();
    const hasToken = incoming.headers.authorization !== undefined;
    if (requestGuard.reserveConnection(incoming, outgoing, hasToken)) return next();
    requestGuard.answerIfRefused(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  };
}

/** Other protocols that a client offers are ignored (RFC 9110, section 7.8). */
function wantsWebSocket(c: Context): boolean {
  return c.req.header('Upgrade')?.toLowerCase() === 'websocket';
}

/** Answers whoever wants the live endpoint, and did not get it. */
function explainHandshake(c: Context): Response {
  return wantsWebSocket(c)
    ? c.text(
        `This WebSocket handshake is not acceptable: offer version 13 and the subprotocol ${SUBPROTOCOL} or ${SUBPROTOCOL_MSGPACK}, or no subprotocol.\n`,
        400,
      )
    : c.text('This is the live endpoint: connect to it with WebSocket.\n', 426, {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
      });
}

/** Whether the request is a CORS preflight for a route with CORS (WHATWG Fetch, section 3.3). */
function isPreflight({ req }: Context): boolean {
  return (
    req.method === 'OPTIONS' &&
    (METHODS.has(req.path) || alertMethods(req.path) !== undefined) &&
    req.header('Origin') !== undefined &&
    req.header('Access-Control-Request-Method') !== undefined
  );
}
