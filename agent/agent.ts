import { isIPv6 } from 'node:net';
import os from 'node:os';
import type { Logger } from 'pino';
import { createAccess, type Access } from './auth/access.ts';
import { describeWrongOrigin } from './auth/authenticator.ts';
import { findPermissionRisk } from './auth/state-permissions.ts';
import { isLoopback } from './addresses.ts';
import { systemClock, type Clock } from './clock.ts';
import { TRANSPORTS } from '../shared/protocol/messages.ts';
import { defaultAlertsFile, type Config } from './config.ts';
import { DIST, VERSION } from './build-info.ts';
import { createExports } from './exports/create-exports.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { LocalHost } from './hosts/local-host.ts';
import { Hub } from './sessions/hub.ts';
import { readHealth } from './http/health.ts';
import { RequestGuard } from './http/request-guard/request-guard.ts';
import { RefusalLog } from './http/request-guard/refusal-log.ts';
import { RESTRICTED_SOCKETS } from './http/request-guard/socket-limits.ts';
import { close, createHttpServer, listen } from './http/server.ts';
import { webOnDemand } from './http/web-on-demand.ts';
import { checkOpenFiles, connectionsThatFit, openFileCount, openFileLimit } from './open-files.ts';
import type { Collector } from './sampling/collector.ts';
import { agentCollector } from './sampling/collectors/agent/agent.ts';
import { ChangingDetails } from './sampling/changing-details.ts';
import { readHardwareDetails, readHostName, readQuickDetails } from './sampling/host-details.ts';
import { cleanLabel } from './sampling/instances.ts';
import { Sampler } from './sampling/sampler.ts';
import { createCollectors, readsKernel } from './sampling/sources.ts';
import { FairQueue } from './sessions/fair-queue.ts';
import type { AlertSink } from './sinks/alert-sink.ts';
import type { HistorySink } from './sinks/history-sink.ts';
import { attachSink, stopSinks } from './sinks/sample-sink.ts';
import { traceLog } from './sinks/trace-log.ts';
import { serveWebSocket } from './transports/websocket.ts';

/** Replacements for tests. */
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

/** Rates over a shorter time are noise; any longer would delay startup. */
const FIRST_SAMPLE_AFTER_MS = 100;

/** Assembles and starts the agent.  @throws ListenError, TlsFilesError, StateError, OpenFilesError */
export async function startAgent(
  config: Config,
  log: Logger,
  overrides: AgentOverrides = {},
): Promise<Agent> {
  const clock = overrides.clock ?? systemClock;
  const fileLimit = openFileLimit();
  checkOpenFiles(fileLimit);
  const refusalLog = new RefusalLog(log, () => clock.now());
  const access = await createAccess(config, {
    onProblem: (sentence, isResolved) => log[isResolved ? 'info' : 'error'](sentence),
    onWrongOrigin: (origin) =>
      refusalLog.tell({
        kind: 'token-of-other-origin',
        value: origin ?? '',
        sentence: describeWrongOrigin(origin),
      }),
  });
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
        ...(config.history === null ? {} : { history: () => historySink }),
      }),
    ],
    intervalMs: config.intervalMs,
    clock,
    log,
    firstAfterMs: FIRST_SAMPLE_AFTER_MS,
  });
  // The first client must find the complete catalogue.
  await sampler.prime();

  const label = cleanLabel(readHostName(config.roots));
  const changingDetails = new ChangingDetails(config.roots, clock);
  const { bootedAtMs } = changingDetails;
  const localHost = new LocalHost({
    host: { id: label, label, facts: { ...readQuickDetails(config.roots), bootedAtMs } },
    catalogue: sampler.catalogue,
    tables: sampler.tables,
    intervalMs: config.intervalMs,
    rawValues: () => sampler.rawValues(),
  });
  localHost.onStride((stride) => sampler.setStride(stride));
  const hosts = new HostRegistry([localHost]);
  const sinkFailed = (error: unknown): void => log.error({ err: error }, 'A sink could not take a sample');
  const stopFailed = (error: unknown): void => log.error({ err: error }, 'A sink could not be stopped');
  const historySink = await createHistorySink(config, localHost, clock, log);
  const alertSink = await createAlertSink(config, { hosts, localHost, historySink, clock, log });
  const sinks = [
    ...(log.isLevelEnabled('trace') ? [traceLog(log)] : []),
    ...(await createExports(config.exports, clock, log)),
    ...(alertSink === null ? [] : [alertSink]),
  ];
  // Attach sinks before the hub, so that samples are logged before clients get them, even if the process is killed in between.
  const detachHistory = historySink === null ? null : attachSink(hosts, historySink, sinkFailed);
  const detachSinks = sinks.map((sink) => attachSink(hosts, sink, sinkFailed));
  const fairQueue = new FairQueue({
    clock,
    connectionsPerClient: config.maxConnectionsPerAddress,
    isHeld: () => sampler.isTaking,
  });
  const hub = new Hub({
    hosts,
    introduction: { version: VERSION, transports: TRANSPORTS, minIntervalMs: localHost.unitMs },
    alerts: alertSink?.board,
    authenticator: access.authenticator,
    clock,
    fairQueue,
    broke: (error) => log.error({ err: error }, 'A client could not be served'),
  });

  const requestGuard = new RequestGuard({
    settings: config,
    ownNames: [os.hostname(), label, config.host],
    isOriginOfToken: (origin) => access.tokens.isForOrigin(origin),
    readTokens: () => access.tokens.read(),
    blockedForMs: (peer) => access.authenticator.blockedForMs(peer),
    openFileLimit: fileLimit,
    isOpenTo: (peer) => access.authenticator.anonymous(peer) !== null,
    refusalLog,
  });
  const web = webOnDemand({
    dist: DIST,
    hub,
    access,
    requestGuard,
    fairQueue,
    clock,
    hosts,
    alerts: alertSink,
    alertsPath: config.alerts,
    framers: config.allowOrigins,
    scrape: {
      kernelRoots: readsKernel(config.source) ? config.roots : null,
      version: VERSION,
      alerts: alertSink?.board,
    },
    health: () =>
      readHealth({
        version: VERSION,
        uptimeMs: clock.now() - startedAtMs,
        samplerLagMs: sampler.lagMs,
        skippedSamples: hub.skippedSamples,
        history: historySink?.health,
        alerts: alertSink?.health,
      }),
    log,
  });
  // Most agents do not use TLS, and start faster without loading it.
  const tls = config.tls === null ? null : { files: config.tls, ...(await import('./http/tls.ts')) };
  const server = createHttpServer(web.respond, requestGuard, fairQueue, await tls?.encrypting(tls.files));
  const webSocket = serveWebSocket(server, (...opened) => hub.open(...opened), {
    authorizeUpgrade: requestGuard.authorizeUpgrade,
    refreshTokens: (request) => requestGuard.refreshTokens(request),
    clientKeyOf: requestGuard.clientKeyOf,
    fairQueue,
    log,
    random: Math.random,
  });
  const fitting = connectionsThatFit(fileLimit, openFileCount(), RESTRICTED_SOCKETS);
  // Node never retries an import that failed for lack of a file descriptor.
  if (fitting < config.maxConnections) await web.loadNow();
  const port = await listen(server, config.port, config.host);
  const unfollowTls = tls?.followTlsFiles(server, tls.files, log);
  if (overrides.collectors === undefined) {
    void readHardwareDetails(config.roots).then((details) => localHost.learn(details));
  }
  void sampler.start((sample) => {
    // Read the details first, since the first comparison needs them.
    localHost.learn(changingDetails.news());
    localHost.append(sample);
  });

  const unwatch = access.tokens.onChange(() => hub.recheck());
  const url = urlOf(config.tls === null ? 'http' : 'https', config.host, port);
  log.info(
    { url, version: VERSION, intervalMs: config.intervalMs },
    `metrics-panel ${VERSION} is ready: open ${url}`,
  );
  tellAccess(config, access, url, log);
  if (fitting < config.maxConnections) {
    log.warn(
      { openFileLimit: fileLimit, connections: fitting, maxConnections: config.maxConnections },
      `About ${fitting} connections fit into the ${fileLimit} files that this process may open, fewer than --max-connections: raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service), or lower that (METRICS_PANEL_MAX_CONNECTIONS)`,
    );
  }
  void tellRisks(config.stateFolder, log);

  const stop = async (): Promise<void> => {
    sampler.stop();
    unwatch();
    unfollowTls?.();
    hub.dismissAll();
    // Alerts are kept in the file of the history.
    const sinksStopped = stopSinks(detachSinks, detachHistory, stopFailed);
    await close(server, Promise.all([webSocket.stop(), web.stop(), sinksStopped]));
  };
  let stopped: Promise<void> | undefined;
  return { url, sessionCount: () => hub.sessionCount, stop: () => (stopped ??= stop()) };
}

/** `null` if no history is wanted: then nothing of it is loaded. */
async function createHistorySink(
  { history }: Config,
  host: LocalHost,
  clock: Clock,
  log: Logger,
): Promise<HistorySink | null> {
  if (history === null) return null;
  const module = await import('./sinks/history-sink.ts');
  return new module.HistorySink({ settings: history, host, clock, log });
}

interface AlertSources {
  readonly hosts: HostRegistry;
  readonly localHost: LocalHost;
  readonly historySink: HistorySink | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** `null` if no alerts are wanted: then nothing of them is loaded. */
async function createAlertSink(
  { alerts: path, stateFolder, roots }: Config,
  { hosts, localHost, historySink, clock, log }: AlertSources,
): Promise<AlertSink | null> {
  if (path === null) return null;
  const module = await import('./sinks/alert-sink.ts');
  return new module.AlertSink({
    load: async () => {
      const { createAlertParts } = await import('./sinks/alert-parts.ts');
      const isExpected = path !== defaultAlertsFile(stateFolder);
      return createAlertParts({ path, isExpected, roots, hosts, localHost, clock, log });
    },
    store: () =>
      historySink === null || localHost.history === undefined
        ? undefined
        : localHost.history && historySink.alertStore,
    isToldElsewhere: () => historySink?.health.code === 'locked',
    clock,
    log,
  });
}

function urlOf(scheme: 'http' | 'https', host: string, port: number): string {
  // An address that means "every network" is for listening, not for opening.
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}/`;
}

/** Not awaited: a disk may be slow, and nothing else depends on it. */
async function tellRisks(stateFolder: string, log: Logger): Promise<void> {
  const risk = await findPermissionRisk(stateFolder);
  if (risk !== null) log.warn(risk);
}

const SHORTEST_SECRET = 16;

/** Logs how open the agent is. Never logs a secret. */
function tellAccess({ host, token, stateFolder }: Config, access: Access, url: string, log: Logger): void {
  if (access.anonymous !== null && !isLoopback(host)) {
    const { metrics } = access.anonymous;
    log.warn({ host, metrics }, 'Everyone who reaches this address can watch what --anonymous names');
  }
  if (token !== null && token.length < SHORTEST_SECRET) {
    log.warn('METRICS_PANEL_TOKEN is short, and can be guessed: set one of 32 random characters or more');
  }
  if (access.ownSecret === null) return;
  const { secret, isNew, wasEmpty } = access.ownSecret;
  if (wasEmpty) {
    log.warn(
      `admin-token in ${stateFolder} was empty: it has a new secret now, and the one before is no longer valid`,
    );
  }
  // A journal is a log that others may read.
  const isJournal = process.env['JOURNAL_STREAM'] !== undefined;
  if ((isNew && !isJournal) || process.stderr.isTTY) process.stderr.write(`Open ${url}#token=${secret}\n`);
  log.info(
    { stateFolder },
    'Viewers need a token: this agent has made one, and keeps it in the file admin-token',
  );
}
