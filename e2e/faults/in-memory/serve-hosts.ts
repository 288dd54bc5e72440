import type { HostRegistry } from '../../../agent/hosts/host-registry.ts';
import { memoryHub, type MemoryServer } from './memory-agent.ts';
import type { RouteOptions } from './route.ts';

/**
 * One run of a server that shows hosts of other agents to viewers on the network.
 * @param ended called when it stops or is killed, before its connections end
 */
export function serveHosts(
  hosts: HostRegistry,
  minIntervalMs: number,
  { clock, network }: Pick<RouteOptions, 'clock' | 'network'>,
  ended: () => void,
): MemoryServer {
  const hub = memoryHub(hosts, minIntervalMs, clock);
  network.listen((...opened) => hub.open(...opened));
  const end = (): void => {
    network.listen(null);
    ended();
  };
  return {
    get sessionCount() {
      return hub.sessionCount;
    },
    stop: () => {
      end();
      hub.dismissAll();
    },
    kill: () => {
      end();
      network.reset();
    },
  };
}
