import type { Logger } from 'pino';
import type { Agent } from './agent.ts';
import { systemClock, type Clock } from './clock.ts';
import { MIN_INTERVAL_MS, type GatewayConfig } from './config.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { readGatewayHealth } from './nats/gateway/gateway-health.ts';
import type { HostHistories, HostHistoriesOptions } from './nats/gateway/host-histories.ts';
import { NatsBroker } from './nats/gateway/nats-broker.ts';
import { NatsHosts } from './nats/gateway/nats-hosts.ts';
import { serve } from './service.ts';

/**
 * Assembles and starts a gateway: serves the hosts whose agents publish to a broker, and samples none. Whether the broker is there or not makes no
 * difference to the start.  @throws ListenError, TlsFilesError, StateError, OpenFilesError
 */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
  clock: Clock = systemClock,
): Promise<Agent> {
  const hosts = new HostRegistry();
  const broker = new NatsBroker({ settings: config.nats, clock, log });
  const failed = (error: unknown): void => log.error({ err: error }, 'A host could not be followed');
  const natsHosts = new NatsHosts({ broker, hosts, clock, failed });
  const histories = await keepHistories(config, { hosts, natsHosts, clock, log });
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

/** `null` if no history is wanted: then nothing of it is loaded. */
async function keepHistories(
  { history, historyHosts }: GatewayConfig,
  sources: Omit<HostHistoriesOptions, 'settings' | 'patterns'>,
): Promise<HostHistories | null> {
  if (history === null) return null;
  const module = await import('./nats/gateway/host-histories.ts');
  return new module.HostHistories({ ...sources, settings: history, patterns: historyHosts });
}
