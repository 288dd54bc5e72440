import { pino } from 'pino';
import { HostRegistry } from '../../../agent/hosts/host-registry.ts';
import { FarAgent } from '../../../agent/relay/far-agent.ts';
import { TransportLadder } from '../../../shared/client/transport-ladder.ts';
import { MemoryAgent } from './memory-agent.ts';
import { MemoryNetwork } from './memory-network.ts';
import type { MakeRoute } from './route.ts';
import { serveHosts } from './serve-hosts.ts';

const UNIT_MS = 100;

/** Another agent relays the one that samples; faults befall the network between them, too. */
export const relayRoute: MakeRoute = ({ clock, network, log, dialect }) => {
  const far = new MemoryNetwork(clock, dialect);
  return {
    far,
    isGridKnown: false,
    startAgent: () => new MemoryAgent(clock, far, log),
    startServer: () => {
      const hosts = new HostRegistry();
      const agent = new FarAgent({
        url: 'http://far/',
        settings: { tokensFile: null, caFile: null },
        relaying: {
          own: { label: 'relay', epoch: '' },
          isTaken: (id) => hosts.get(id) !== undefined,
          urlOfRun: () => undefined,
          claim: () => {},
          show: (host) => {
            hosts.add(host);
          },
          hide: (gone) => hosts.removeAll(gone),
        },
        clock,
        log: pino({ level: 'silent' }),
        transport: new TransportLadder([far], clock),
      });
      return serveHosts(hosts, UNIT_MS, { clock, network }, () => {
        agent.stop();
      });
    },
  };
};
