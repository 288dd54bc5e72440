import { Hono } from 'hono';
import type { Logger } from 'pino';
import { SUBPROTOCOL } from '../../shared/messages.ts';
import { METRICS_PATH } from '../transports/websocket.ts';
import type { Health } from './health.ts';
import { securityHeaders } from './security-headers.ts';
import { serveFile, type Manifest } from './static-files.ts';

export interface AppOptions {
  readonly manifest: Manifest;
  readonly health: () => Health;
  readonly log: Logger;
}

/** Everything the agent answers over plain HTTP. Knows no socket and no port. */
export function createApp({ manifest, health, log }: AppOptions): Hono {
  const app = new Hono();
  app.use(securityHeaders());
  app.use(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    return c.text('Only GET and HEAD are answered here.\n', 405, { Allow: 'GET, HEAD' });
  });

  app.get('/healthz', (c) => c.json(health(), 200, { 'Cache-Control': 'no-store' }));
  app.get(METRICS_PATH, (c) =>
    c.req.header('Upgrade')?.toLowerCase() === 'websocket'
      ? c.text(
          `This WebSocket handshake is not acceptable: offer version 13 and the subprotocol ${SUBPROTOCOL}, or no subprotocol.\n`,
          400,
        )
      : c.text('This is the live endpoint: connect to it with WebSocket.\n', 426, {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
        }),
  );
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
