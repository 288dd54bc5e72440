import type { Logger } from 'pino';
import type { Agent } from './agent.ts';
import { systemClock, type Clock } from './clock.ts';
import { MIN_INTERVAL_MS, type GatewayConfig } from './config.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { readGatewayHealth } from './nats/gateway/gateway-health.ts';
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
  const service = await serve(
    config,
    {
      hosts,
      alerts: null,
      alertsPath: null,
      minIntervalMs: MIN_INTERVAL_MS,
      ownName: null,
      kernelRoots: null,
      health: () => ({ history: undefined, gateway: readGatewayHealth(broker, natsHosts) }),
      isHeld: () => false,
    },
    clock,
    log,
  );
  const stop = async (): Promise<void> => {
    natsHosts.stop();
    await service.stop(broker.close());
  };
  let stopped: Promise<void> | undefined;
  return {
    url: service.url,
    sessionCount: () => service.hub.sessionCount,
    stop: () => (stopped ??= stop()),
  };
}
