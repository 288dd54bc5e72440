import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { RelaySettings } from '../config.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import { FarAgent, type Relaying } from './far-agent.ts';
import type { RelayHealth } from './relay-health.ts';

export interface RelaysOptions {
  readonly settings: RelaySettings;
  /** Gets the hosts of the other agents. */
  readonly hosts: HostRegistry;
  /** Of this agent's own host. */
  readonly own: Relaying['own'];
  readonly clock: Clock;
  readonly log: Logger;
}

/** The hosts of other agents, shown by this one. */
export interface Relays {
  /** Settles when every agent has answered or cannot be reached, and soon in any case: a viewer that comes back then finds the hosts that it watched. */
  readonly ready: Promise<unknown>;
  readonly health: readonly RelayHealth[];
  stop(): void;
}

const READY_WITHIN_MS = 2000;

export function startRelays({ settings, hosts, own, clock, log }: RelaysOptions): Relays {
  const agents: FarAgent[] = [];
  const toldFiles = new Set<string>();
  let cancel = (): void => {};
  const patience = new Promise<void>((resolve) => {
    cancel = clock.schedule(resolve, READY_WITHIN_MS);
  });
  for (const [place, url] of settings.urls.entries()) {
    const relaying: Relaying = {
      own,
      isTaken: (id) => hosts.get(id) !== undefined,
      urlOfRun: (epoch) => agents.slice(0, place).find((agent) => agent.shows(epoch))?.url,
      claim: (epoch) => {
        for (const agent of agents.slice(place + 1)) agent.yield(epoch, url);
      },
      show: (host) => {
        hosts.add(host);
      },
      hide: (gone) => hosts.removeAll(gone),
    };
    // Hosts of one name get theirs in the order of the settings, so that each has the same after a restart.
    const before = Promise.all(agents.map(({ answered }) => answered));
    const turn = Promise.race([before, patience]);
    agents.push(new FarAgent({ url, settings, relaying, turn, clock, log, toldFiles }));
  }
  const answered = Promise.all(agents.map((agent) => agent.answered)).then(() => cancel());
  return {
    ready: Promise.race([answered, patience]),
    get health() {
      return agents.map(({ health }) => health);
    },
    stop: () => {
      for (const agent of agents) agent.stop();
    },
  };
}
