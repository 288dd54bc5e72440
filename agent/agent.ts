import type { Logger } from 'pino';
import type { Host } from '../shared/protocol/messages.ts';
import { systemClock, type Clock } from './clock.ts';
import { defaultAlertsFile, type Config } from './config.ts';
import { createExports } from './exports/create-exports.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { LocalHost } from './hosts/local-host.ts';
import type { Relays } from './relay/relays.ts';
import type { Collector } from './sampling/collector.ts';
import { agentCollector } from './sampling/collectors/agent/agent.ts';
import type { Publisher } from './nats/publish/publisher.ts';
import { ChangingDetails } from './sampling/changing-details.ts';
import { readHardwareDetails, readHostName, readQuickDetails } from './sampling/host-details.ts';
import { cleanLabel } from './sampling/instances.ts';
import { Sampler } from './sampling/sampler.ts';
import { createCollectors, readsKernel } from './sampling/sources.ts';
import { serve } from './service.ts';
import type { AlertSink } from './sinks/alert-sink.ts';
import type { HistorySink } from './sinks/history-sink.ts';
import { attachSink, stopSinks } from './sinks/sample-sink.ts';
import { traceLog } from './sinks/trace-log.ts';

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
  const sampler = new Sampler({
    collectors: [
      ...(overrides.collectors ?? createCollectors(config, log)),
      agentCollector({
        sessions: () => service.hub.sessionCount,
        sentBytes: () => service.hub.sentBytes,
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
    host: { id: label, label, ...labelsOf(config), facts: { ...readQuickDetails(config.roots), bootedAtMs } },
    catalogue: sampler.catalogue,
    tables: sampler.tables,
    intervalMs: config.intervalMs,
    rawValues: () => sampler.rawValues(),
  });
  localHost.onDemand((stride, paceOf) => sampler.setDemand(stride, paceOf));
  const hosts = new HostRegistry([localHost]);
  // Other agents keep, export and watch their hosts themselves; here they are only missed.
  const ownHosts = new HostRegistry([localHost]);
  const sinkFailed = (error: unknown): void => log.error({ err: error }, 'A sink could not take a sample');
  const stopFailed = (error: unknown): void => log.error({ err: error }, 'A sink could not be stopped');
  const historySink = await createHistorySink(config, localHost, clock, log);
  const alertSink = await createAlertSink(config, { hosts, localHost, historySink, clock, log });
  const publisher = await createPublisher(config, { localHost, alertSink, clock, log });
  const sinks = [
    ...(log.isLevelEnabled('trace') ? [traceLog(log)] : []),
    ...(await createExports(config.exports, clock, log)),
    ...(alertSink === null ? [] : [alertSink]),
    ...(publisher === null ? [] : [publisher]),
  ];
  localHost.ownAlerts = alertSink?.board;
  // Attach sinks before the hub, so that samples are logged before clients get them, even if the process is killed in between.
  const detachHistory = historySink === null ? null : attachSink(ownHosts, historySink, sinkFailed);
  const detachSinks = sinks.map((sink) => attachSink(ownHosts, sink, sinkFailed));
  const relays = await createRelays(config, hosts, localHost, clock, log);
  const service = await serve(
    config,
    {
      hosts,
      alerts: alertSink,
      alertsPath: config.alerts,
      minIntervalMs: localHost.unitMs,
      ownName: label,
      kernelRoots: readsKernel(config.source) ? config.roots : null,
      health: () => ({
        samplerLagMs: sampler.lagMs,
        history: historySink?.health,
        alerts: alertSink?.health,
        publish: publisher?.health,
        relays: relays?.health,
      }),
      isHeld: () => sampler.isTaking,
    },
    clock,
    log,
  );
  if (overrides.collectors === undefined) {
    void readHardwareDetails(config.roots).then((details) => localHost.learn(details));
  }
  void sampler.start((sample) => {
    // Read the details first, since the first comparison needs them.
    localHost.learn(changingDetails.news());
    localHost.append(sample);
  });

  const stop = async (): Promise<void> => {
    sampler.stop();
    relays?.stop();
    // Alerts are kept in the file of the history.
    await service.stop(stopSinks(detachSinks, detachHistory, stopFailed));
  };
  let stopped: Promise<void> | undefined;
  return {
    url: service.url,
    sessionCount: () => service.hub.sessionCount,
    stop: () => (stopped ??= stop()),
  };
}

/** `null` if no other agents are relayed: then nothing of it is loaded. */
async function createRelays(
  { relay }: Config,
  hosts: HostRegistry,
  { host, epoch }: LocalHost,
  clock: Clock,
  log: Logger,
): Promise<Relays | null> {
  if (relay === null) return null;
  const { startRelays } = await import('./relay/relays.ts');
  const relays = startRelays({ settings: relay, hosts, own: { label: host.label, epoch }, clock, log });
  await relays.ready;
  return relays;
}

function labelsOf({ labels }: Config): Pick<Host, 'labels'> {
  return Object.keys(labels).length === 0 ? {} : { labels };
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

/** `null` if nothing is published: then nothing of it is loaded. */
async function createPublisher(
  { publish: settings, stateFolder }: Config,
  {
    localHost: host,
    alertSink,
    clock,
    log,
  }: Pick<AlertSources, 'localHost' | 'clock' | 'log'> & { readonly alertSink: AlertSink | null },
): Promise<Publisher | null> {
  if (settings === null) return null;
  const { startPublisher } = await import('./nats/publish/publisher.ts');
  return startPublisher({ settings, stateFolder, host, alerts: alertSink?.board, clock, log });
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
