import type { Server } from 'node:http';
import { TRANSPORTS } from '../../shared/protocol/messages.ts';
import { createApp, requestListener } from '../http/app.ts';
import { Scrape } from '../exports/prometheus/scrape.ts';
import { serveHistory } from '../http/history-route.ts';
import { servePrometheus } from '../http/prometheus-route.ts';
import type { RequestGuardOptions, RequestGuardSettings } from '../http/request-guard/request-guard.ts';
import { close, createHttpServer, listen } from '../http/server.ts';
import type { KernelRoots } from '../sampling/kernel/roots.ts';
import type { Manifest } from '../http/static-files.ts';
import { serveLongPoll, type LongPollTransport } from '../transports/long-poll.ts';
import { serveSse, type SseTransport } from '../transports/sse.ts';
import { serveWebSocket, type WebSocketTransport } from '../transports/websocket.ts';
import { capturedLog } from './captured-log.ts';
import { ask } from './http-request.ts';
import { testRequestGuard } from './test-request-guard.ts';
import { TestHub, type TestHubOptions } from './test-hub.ts';

export interface LiveServerOptions extends TestHubOptions, Partial<RequestGuardSettings> {
  readonly manifest?: Manifest;
  /** What a scrape reads; default: the metrics alone. */
  readonly kernelRoots?: KernelRoots | null;
  readonly isOriginOfToken?: RequestGuardOptions['isOriginOfToken'];
}

/** The agent's hub behind its three transports on a real port; samples come when a test publishes them. */
export class LiveServer extends TestHub {
  readonly log = capturedLog();
  readonly #sse: SseTransport;
  readonly #longPoll: LongPollTransport;
  readonly #server: Server;
  readonly #webSocket: WebSocketTransport;
  readonly #scrape: Scrape;
  #port = 0;

  constructor({
    manifest = new Map(),
    isOriginOfToken,
    kernelRoots = null,
    ...options
  }: LiveServerOptions = {}) {
    super({ transports: TRANSPORTS, ...options });
    const requestGuard = testRequestGuard(this.log.log, options, {
      isOriginOfToken,
      isOpenTo: ({ isTrustedOrigin }) => isTrustedOrigin && options.requiresToken !== true,
    });
    const { resolvePeer, authorizeUpgrade, clientKeyOf } = requestGuard;
    this.#sse = serveSse((...stream) => this.hub.openStream(...stream), resolvePeer, this.clock);
    this.#longPoll = serveLongPoll((...poll) => this.hub.poll(...poll), {
      resolvePeer,
      fairQueue: this.fairQueue,
      clock: this.clock,
    });
    const { fairQueue, clock } = this;
    const history = serveHistory((request) => this.hub.admit(request), {
      resolvePeer,
      fairQueue,
      clock,
      broke: (error) => this.log.log.error({ err: error }, 'An answer could not be sent'),
    });
    this.#scrape = new Scrape({ kernelRoots, version: '1.2.3', clock });
    const prometheus = servePrometheus((request) => this.hub.admit(request), {
      resolvePeer,
      fairQueue,
      load: async () => this.#scrape,
    });
    const app = createApp({
      manifest,
      health: () => ({
        status: 'ok',
        version: '1.2.3',
        uptimeSeconds: 0,
        samplerLagMs: 0,
        skippedSamples: 0,
        history: { state: 'off' },
        alerts: { state: 'off' },
      }),
      log: this.log.log,
      live: { sse: this.#sse.handle, poll: this.#longPoll.handle, history, prometheus, requestGuard },
    });
    this.#server = createHttpServer(requestListener(app), requestGuard, this.fairQueue);
    this.#webSocket = serveWebSocket(this.#server, (...opened) => this.hub.open(...opened), {
      authorizeUpgrade,
      clientKeyOf,
      fairQueue: this.fairQueue,
      log: this.log.log,
      random: () => 0.5,
    });
  }

  /** `http://127.0.0.1:PORT/`, once started. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** For what a test adds to it, such as connections without a network. */
  get server(): Server {
    return this.#server;
  }

  get port(): number {
    return this.#port;
  }

  /** Sessions and waiting polls. */
  clientCount(): number {
    return this.hub.sessionCount + this.hub.pollCount;
  }

  async start(): Promise<this> {
    this.#port = await listen(this.#server, 0, '127.0.0.1');
    return this;
  }

  /** Checks that it still answers and has logged no defect. @throws Error */
  async assertAlive(): Promise<void> {
    const { status } = await ask(this.#port, '/healthz');
    const errors = this.log.lines.filter((line) => line.startsWith('error '));
    if (status !== 200 || errors.length > 0) throw new Error(`Not well: ${status}, ${errors.join()}`);
  }

  async stop(): Promise<void> {
    this.hub.dismissAll();
    const ended = Promise.all([this.#webSocket.stop(), this.#sse.stop(), this.#longPoll.stop()]);
    await close(this.#server, ended);
    this.#scrape.close();
  }
}
