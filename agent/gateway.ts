import type { Logger } from 'pino';
import type { Agent } from './agent.ts';
import { systemClock, type Clock } from './clock.ts';
import { MIN_INTERVAL_MS, type GatewayConfig } from './config.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { readGatewayHealth } from './nats/gateway/gateway-health.ts';
import type { HostHistories, HostHistoriesOptions } from './nats/gateway/host-histories.ts';
import { NatsBroker } from './nats/gateway/nats-broker.ts';
import { NatsHosts } from './nats/gateway/nats-hosts.ts';
import { isTooOld, lacksSecurityFixes } from './nats/server-version.ts';
import { serve } from './service.ts';

/** How long the first clients wait for the hosts: to one that resumes, a host that is not known yet would be unknown. */
const KNOWN_WITHIN_MS = 3000;

/**
 * Assembles and starts a gateway: serves the hosts whose agents publish to a broker, and samples none. Starts also while the broker is away.  @throws ListenError, TlsFilesError, StateError, OpenFilesError
 */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  clock: Clock = systemClock,
): Promise<Agent> {
  const hosts = new HostRegistry();
  const broker = new NatsBroker({ settings: config.nats, clock, log });
  tellVersion(broker, log);
  const failed = (error: unknown): void => log.error({ err: error }, 'A host could not be followed');
  const natsHosts = new NatsHosts({ broker, hosts, clock, failed });
  const histories = await keepHistories(config, { hosts, natsHosts, clock, log });
  await atMost(KNOWN_WITHIN_MS, natsHosts.areRead, clock);
  const service = await serve(
    config,
    {
      hosts,
      alerts: null,
      alertsPath: null,
      minIntervalMs: MIN_INTERVAL_MS,
      ownName: null,
      kernelRoots: null,
      health: () => ({ history: histories?.health, gateway: readGatewayHealth(broker, natsHosts) }),
      isHeld: () => false,
    },
    clock,
    log,
  );
  const stop = async (): Promise<void> => {
    natsHosts.stop();
    await service.stop(Promise.all([broker.close(), histories?.stop()]));
  };
  let stopped: Promise<void> | undefined;
  return {
    url: service.url,
    sessionCount: () => service.hub.sessionCount,
    stop: () => (stopped ??= stop()),
  };
}

/** Tells once of each version of the server with which something is wrong. */
function tellVersion(broker: NatsBroker, log: Logger): void {
  const told = new Set<string>();
  broker.onLink(() => {
    const version = broker.serverVersion;
    if (version === undefined || told.has(version)) return;
    told.add(version);
    if (isTooOld(version))
      log.warn({ version }, `nats-server ${version} is too old to keep a log: 2.9 or newer is needed`);
    else if (lacksSecurityFixes(version))
      log.warn(
        { version },
        `nats-server ${version} works, but lacks security fixes: 2.12.12 and 2.14.3 have them`,
      );
  });
}

/** `null` if no history is wanted: then nothing of it is loaded. */
async function keepHistories(
  { history, historyHosts }: GatewayConfig,
  sources: Omit<HostHistoriesOptions, 'settings' | 'patterns'>,
): Promise<HostHistories | null> {
  if (history === null) return null;
  const module = await import('./nats/gateway/host-histories.ts');
  return new module.HostHistories({ ...sources, settings: history, patterns: historyHosts });
}

async function atMost(ms: number, promise: Promise<void>, clock: Clock): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.schedule(resolve, ms);
  });
  await Promise.race([promise, late]);
  cancel();
}
