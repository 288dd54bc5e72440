import type { Clock } from '../clock.ts';
import type { AcceptStream, AnswerPoll } from '../sessions/connection.ts';
import type { Access } from '../auth/access.ts';
import type { Admit } from '../sessions/hub.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { AlertSink } from '../sinks/alert-sink.ts';
import { grantOf } from './authorization.ts';
import type { Scrape, ScrapeOptions } from '../exports/prometheus/scrape.ts';
import { serveHistory } from './history-route.ts';
import { servePrometheus } from './prometheus-route.ts';
import { serveLongPoll } from '../transports/long-poll.ts';
import { serveSse } from '../transports/sse.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { createApp, requestListener, type AppOptions } from './app.ts';
import type { RequestGuard } from './request-guard/request-guard.ts';
import type { Respond } from './server.ts';
import { readManifest } from './static-files.ts';

export interface WebOptions extends Pick<AppOptions, 'health' | 'log' | 'framers'> {
  /** What a scrape by Prometheus reads. */
  readonly scrape: Omit<ScrapeOptions, 'clock'>;
  /** Folder of the build's output. */
  readonly dist: string;
  readonly hub: { readonly openStream: AcceptStream; readonly poll: AnswerPoll; readonly admit: Admit };
  readonly access: Access;
  readonly requestGuard: RequestGuard;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
  readonly hosts: HostRegistry;
  /** `null` if there are none. */
  readonly alerts: AlertSink | null;
  /** Path of alerts.yaml. */
  readonly alertsPath: string | null;
}

export interface Web {
  readonly respond: Respond;
  /** Settles when every stream and poll has ended, about a second after the sessions were dismissed at the latest. */
  stop(): Promise<void>;
}

/** For public code that pages of other origins load; never on an answer with values. */
const PUBLIC_CODE_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Everything served over HTTP: the dashboard, the embed module, streams and polls. Loaded with the first request: it takes more time and memory
 * than the rest of the agent, and a viewer's WebSocket needs none of it.
 */
export async function openWeb({
  dist,
  hub,
  access,
  requestGuard,
  fairQueue,
  clock,
  hosts,
  alerts,
  alertsPath,
  health,
  log,
  framers = [],
  scrape: scrapeOptions,
}: WebOptions): Promise<Web> {
  const [site, embed] = await Promise.all([
    readManifest(`${dist}site`, '/', {}),
    readManifest(`${dist}embed`, '/embed/', PUBLIC_CODE_HEADERS),
  ]);
  const { resolvePeer } = requestGuard;
  const sse = serveSse((connection, request) => hub.openStream(connection, request), resolvePeer, clock);
  const longPoll = serveLongPoll((request, signal) => hub.poll(request, signal), {
    resolvePeer,
    fairQueue,
    clock,
  });
  const history = serveHistory((request) => hub.admit(request), {
    resolvePeer,
    fairQueue,
    clock,
    broke: (error) => log.error({ err: error }, 'An answer could not be sent'),
  });
  const grantOfRequest = grantOf({ authenticator: access.authenticator, resolvePeer });
  let scrape: Promise<Scrape> | undefined;
  const openScrape = async (): Promise<Scrape> => {
    const module = await import('../exports/prometheus/scrape.ts');
    return new module.Scrape({ ...scrapeOptions, clock });
  };
  const prometheus = servePrometheus((request) => hub.admit(request), {
    resolvePeer,
    fairQueue,
    // After an update of the package the module may be gone.
    load: () =>
      (scrape ??= openScrape().catch((error: unknown) => {
        scrape = undefined;
        throw error;
      })),
  });
  const app = createApp({
    manifest: new Map([...site, ...embed]),
    health,
    log,
    framers,
    live: { sse: sse.handle, poll: longPoll.handle, history, prometheus, requestGuard },
    access: { tokens: access.tokens, grantOf: grantOfRequest },
    alerts: {
      alerts,
      hosts,
      path: alertsPath,
      grantOf: grantOfRequest,
      resolvePeer,
      wallNow: () => clock.wallNow(),
    },
  });
  return {
    respond: requestListener(app),
    stop: async () => {
      await Promise.all([sse.stop(), longPoll.stop()]);
      const opened = await scrape?.catch(() => undefined);
      opened?.close();
    },
  };
}
