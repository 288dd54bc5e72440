import type { Clock } from '../clock.ts';
import type { Hub } from '../sessions/hub.ts';
import type { Access } from '../auth/access.ts';
import { grantOf } from './authorization.ts';
import { serveLongPoll } from '../transports/long-poll.ts';
import { serveSse } from '../transports/sse.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { createApp, requestListener, type AppOptions } from './app.ts';
import type { RequestGuard } from './request-guard/request-guard.ts';
import type { Respond } from './server.ts';
import { readManifest } from './static-files.ts';

export interface WebOptions extends Pick<AppOptions, 'health' | 'log' | 'framers'> {
  /** Folder of the build's output. */
  readonly dist: string;
  readonly hub: Hub;
  readonly access: Access;
  readonly requestGuard: RequestGuard;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
}

export interface Web {
  readonly respond: Respond;
  /** Settles when every stream and poll has ended, about a second after the sessions were dismissed at the latest. */
  stop(): Promise<void>;
}

/** The embed module is public code for pages of other origins; no value ever leaves under these headers. */
const FOR_OTHER_ORIGINS = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Everything that is answered over plain HTTP: the dashboard, the embed module, streams and polls. The agent loads this with the first
 * request, for it takes longer to load and more memory than all the rest, and a viewer's WebSocket needs none of it.
 */
export async function openWeb({
  dist,
  hub,
  access,
  requestGuard,
  fairQueue,
  clock,
  health,
  log,
  framers = [],
}: WebOptions): Promise<Web> {
  const [site, embed] = await Promise.all([
    readManifest(`${dist}site`, '/', {}),
    readManifest(`${dist}embed`, '/embed/', FOR_OTHER_ORIGINS),
  ]);
  const { peerOf } = requestGuard;
  const sse = serveSse((connection, request) => hub.openStream(connection, request), peerOf, clock);
  const longPoll = serveLongPoll((request, signal) => hub.poll(request, signal), {
    peerOf,
    fairQueue,
    clock,
  });
  const app = createApp({
    manifest: new Map([...site, ...embed]),
    health,
    log,
    framers,
    live: { sse: sse.handle, poll: longPoll.handle, requestGuard },
    access: { tokens: access.tokens, grantOf: grantOf({ authenticator: access.authenticator, peerOf }) },
  });
  return {
    respond: requestListener(app),
    stop: async () => {
      await Promise.all([sse.stop(), longPoll.stop()]);
    },
  };
}
