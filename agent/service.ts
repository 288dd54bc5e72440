import { isIPv6 } from 'node:net';
import os from 'node:os';
import type { Logger } from 'pino';
import { TRANSPORTS } from '../shared/protocol/messages.ts';
import { isLoopback } from './addresses.ts';
import { createAccess, type Access } from './auth/access.ts';
import { describeWrongOrigin } from './auth/authenticator.ts';
import { findPermissionRisk } from './auth/state-permissions.ts';
import { DIST, VERSION } from './build-info.ts';
import type { Clock } from './clock.ts';
import type { ServiceConfig } from './config.ts';
import type { HostRegistry } from './hosts/host-registry.ts';
import { readHealth, type HealthReadings } from './http/health.ts';
import { RefusalLog } from './http/request-guard/refusal-log.ts';
import { RequestGuard } from './http/request-guard/request-guard.ts';
import { RESTRICTED_SOCKETS } from './http/request-guard/socket-limits.ts';
import { close, createHttpServer, listen } from './http/server.ts';
import { webOnDemand } from './http/web-on-demand.ts';
import type { KernelRoots } from './sampling/kernel/roots.ts';
import { connectionsThatFit, openFileCount, openFileLimit } from './open-files.ts';
import { FairQueue } from './sessions/fair-queue.ts';
import { Hub } from './sessions/hub.ts';
import type { AlertSink } from './sinks/alert-sink.ts';
import { serveWebSocket } from './transports/websocket.ts';

/** What is served beside the samples of `hosts`. */
export interface Contents {
  readonly hosts: HostRegistry;
  /** `null` if there are none. */
  readonly alerts: AlertSink | null;
  /** Path of alerts.yaml; `null` without alerts. */
  readonly alertsPath: string | null;
  /** The shortest interval that viewers may ask for. */
  readonly minIntervalMs: number;
  /** What this machine is called, beside its host name. */
  readonly ownName: string | null;
  /** Where a scrape reads the kernel; `null` if values come from elsewhere. */
  readonly kernelRoots: KernelRoots | null;
  /** What `/healthz` says of it. */
  readonly health: () => Omit<HealthReadings, 'version' | 'uptimeMs' | 'skippedSamples'>;
  /** Whether a sample is being taken, so that clients have to wait. */
  readonly isHeld: () => boolean;
}

/** Clients are served. */
export interface Service {
  /** Where the dashboard is. */
  readonly url: string;
  readonly hub: Hub;
  /** Says goodbye to every client and closes; settles within about a second. @param others what stops meanwhile */
  stop(others: Promise<unknown>): Promise<void>;
}

/** Serves hosts to clients, over every transport.  @throws ListenError, TlsFilesError, StateError, OpenFilesError */
export async function serve(
  config: ServiceConfig,
  contents: Contents,
  clock: Clock,
  log: Logger,
): Promise<Service> {
  const { hosts, alerts, ownName } = contents;
  const fileLimit = openFileLimit();
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
  const fairQueue = new FairQueue({
    clock,
    connectionsPerClient: config.maxConnectionsPerAddress,
    isHeld: contents.isHeld,
  });
  const hub = new Hub({
    hosts,
    introduction: { version: VERSION, transports: TRANSPORTS, minIntervalMs: contents.minIntervalMs },
    alerts: alerts?.board,
    authenticator: access.authenticator,
    clock,
    fairQueue,
    broke: (error) => log.error({ err: error }, 'A client could not be served'),
  });
  const requestGuard = new RequestGuard({
    settings: config,
    ownNames: [os.hostname(), ...(ownName === null ? [] : [ownName]), config.host],
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
    alerts,
    alertsPath: contents.alertsPath,
    framers: config.allowOrigins,
    scrape: { kernelRoots: contents.kernelRoots, version: VERSION, alerts: alerts?.board },
    health: () =>
      readHealth({
        ...contents.health(),
        version: VERSION,
        uptimeMs: clock.now() - startedAtMs,
        skippedSamples: hub.skippedSamples,
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
  const unwatch = access.tokens.onChange(() => hub.recheck());
  const url = urlOf(config.tls === null ? 'http' : 'https', config.host, port);
  log.info({ url, version: VERSION }, `metrics-panel ${VERSION} is ready: open ${url}`);
  tellAccess(config, access, url, log);
  if (fitting < config.maxConnections) {
    log.warn(
      { openFileLimit: fileLimit, connections: fitting, maxConnections: config.maxConnections },
      `About ${fitting} connections fit into the ${fileLimit} files that this process may open, fewer than --max-connections: raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service), or lower that (METRICS_PANEL_MAX_CONNECTIONS)`,
    );
  }
  void tellRisks(config.stateFolder, log);
  return {
    url,
    hub,
    stop: async (others) => {
      unwatch();
      unfollowTls?.();
      hub.dismissAll();
      await close(server, Promise.all([webSocket.stop(), web.stop(), others]));
    },
  };
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
function tellAccess(
  { host, token, stateFolder }: ServiceConfig,
  access: Access,
  url: string,
  log: Logger,
): void {
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
