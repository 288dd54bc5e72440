import { isIPv6 } from 'node:net';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { openToEveryone, sharedSecret } from './auth/authenticator.ts';
import { systemClock, type Clock } from './clock.ts';
import { TRANSPORTS } from '../shared/messages.ts';
import type { Config } from './config.ts';
import { Feed } from './feed/feed.ts';
import { Hub } from './feed/hub.ts';
import { readHealth } from './http/health.ts';
import { Perimeter } from './http/perimeter/perimeter.ts';
import { close, createHttpServer, listen } from './http/server.ts';
import { followTlsFiles } from './http/tls.ts';
import { webOnDemand } from './http/web-on-demand.ts';
import type { Collector } from './sampling/collector.ts';
import { agentCollector } from './sampling/collectors/agent/agent.ts';
import { readHostName, readQuickFacts, readSlowFacts } from './sampling/facts.ts';
import { cleanLabel } from './sampling/instances.ts';
import type { Sample } from './sampling/sample.ts';
import { Sampler } from './sampling/sampler.ts';
import { createCollectors } from './sampling/sources.ts';
import { serveWebSocket } from './transports/websocket.ts';
import { VERSION } from './version.ts';

/** What tests bring along instead of the real thing. */
export interface AgentOverrides {
  readonly collectors?: readonly Collector[];
  readonly clock?: Clock;
}

export interface Agent {
  /** Where the dashboard is. */
  readonly url: string;
  /** Live sessions now. */
  sessionCount(): number;
  /** Says goodbye to every client and stops everything; settles within about a second. May be called again. */
  stop(): Promise<void>;
}

/** A rate over less is noise; over more, whoever starts the agent waits. */
const FIRST_SAMPLE_AFTER_MS = 100;

/** The build's output, seen from the built file (dist/agent/main.js) or from this source. */
const DIST = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url));

/** Puts the parts together and starts them. @throws ListenError, TlsFilesError */
export async function startAgent(
  config: Config,
  log: Logger,
  overrides: AgentOverrides = {},
): Promise<Agent> {
  const clock = overrides.clock ?? systemClock;
  const startedAtMs = clock.now();
  const sampler = new Sampler({
    collectors: [
      ...(overrides.collectors ?? createCollectors(config, log)),
      agentCollector({
        sessions: () => hub.sessionCount,
        sentBytes: () => hub.sentBytes,
        lagMs: () => sampler.lagMs,
        sampleDurationMs: () => sampler.durationMs,
        collectors: () => sampler.costs,
      }),
    ],
    intervalMs: config.intervalMs,
    clock,
    log,
    firstAfterMs: FIRST_SAMPLE_AFTER_MS,
  });
  // Whoever asks first finds the whole catalogue.
  await sampler.prime();

  const label = cleanLabel(readHostName(config.roots));
  const host = { id: label, label, facts: readQuickFacts(config.roots) };
  const feed = new Feed(host, sampler.catalogue, config.intervalMs, sampler.tables);
  feed.attention.onChange((units) => sampler.setPace(units));
  const hub = new Hub({
    feed,
    introduction: { version: VERSION, transports: TRANSPORTS },
    authenticator: config.token === null ? openToEveryone : sharedSecret(config.token),
    clock,
  });

  const perimeter = new Perimeter({
    settings: config,
    ownNames: [os.hostname(), label, config.host],
    clock,
    log,
  });
  const web = webOnDemand({
    dist: DIST,
    hub,
    perimeter,
    clock,
    health: () => readHealth(VERSION, clock.now() - startedAtMs, sampler.lagMs, feed.skipped),
    log,
  });
  const server = createHttpServer(web.respond, perimeter, config.tls);
  const webSocket = serveWebSocket(server, (...opened) => hub.open(...opened), {
    letIn: perimeter.letIn,
    clock,
    log,
    random: Math.random,
  });
  const port = await listen(server, config.port, config.host);
  const unfollowTls = config.tls === null ? () => {} : followTlsFiles(server, config.tls, log);
  if (overrides.collectors === undefined) void readSlowFacts().then((slow) => feed.learn(slow));
  const isTracing = log.isLevelEnabled('trace');
  void sampler.start((sample) => {
    // Before anybody gets it: whatever a client has, the log has, even if the process is killed in between.
    if (isTracing) log.trace(traceOf(sample, feed), 'Sample');
    hub.publish(sample);
  });

  const url = urlOf(config.tls === null ? 'http' : 'https', config.host, port);
  log.info(
    { url, version: VERSION, intervalMs: config.intervalMs },
    `metrics-panel ${VERSION} is ready: open ${url}`,
  );
  if (config.token === null && !isLoopback(config.host)) {
    log.warn(
      { host: config.host },
      'Everyone who reaches this address can watch: set METRICS_PANEL_TOKEN to ask for a token',
    );
  }

  const stop = async (): Promise<void> => {
    sampler.stop();
    unfollowTls();
    hub.dismissAll();
    await close(server, Promise.all([webSocket.stop(), web.stop()]));
  };
  let stopped: Promise<void> | undefined;
  return { url, sessionCount: () => hub.sessionCount, stop: () => (stopped ??= stop()) };
}

/** Tells a sample that is about to enter the feed. */
function traceOf({ timestampMs }: Sample, { ring }: Feed): { epoch: string; seq: number; ts: number } {
  return { epoch: ring.epoch, seq: ring.head + 1, ts: timestampMs };
}

function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  // An address that means "every network" is for listening, not for opening.
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}/`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
