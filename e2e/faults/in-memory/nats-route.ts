import { pino } from 'pino';
import { HostRegistry } from '../../../agent/hosts/host-registry.ts';
import { NatsHosts } from '../../../agent/nats/gateway/nats-hosts.ts';
import { Publisher } from '../../../agent/nats/publish/publisher.ts';
import { attachSink } from '../../../agent/sinks/sample-sink.ts';
import { MemoryAgent } from './memory-agent.ts';
import { MemoryBroker } from './memory-broker.ts';
import { MemoryNats, type MemoryNatsLink } from './memory-nats.ts';
import { MemoryNetwork } from './memory-network.ts';
import type { Breakable, MakeRoute } from './route.ts';
import { serveHosts } from './serve-hosts.ts';

const NAME = 'host-a';
const UNIT_MS = 100;
const SETTINGS = { servers: [], credentialsFile: null, caFile: null, name: NAME };
const fail = (error: unknown): never => {
  throw error;
};

/** The agent publishes to a broker, whose gateway serves viewers; faults befall both ways to the broker, and what it has stored. */
export const natsRoute: MakeRoute = ({ clock, network, log, random }) => {
  const server = new MemoryNats(clock);
  // Nobody connects to the agent itself.
  const nowhere = new MemoryNetwork(clock);
  const faults = new LinksOf(server, random);
  return {
    far: faults,
    isGridKnown: true,
    startAgent: () => {
      const agent = new MemoryAgent(clock, nowhere, log);
      const link = server.connect();
      const silent = pino({ level: 'silent' });
      const publisher = new Publisher(
        {
          settings: SETTINGS,
          stateFolder: '',
          host: agent.host,
          alerts: undefined,
          clock,
          log: silent,
          link,
        },
        NAME,
      );
      const detach = attachSink(new HostRegistry([agent.host]), publisher, fail);
      agent.onEnd((how) => {
        // A process that is killed says nothing more.
        if (how === 'kill') void link.close();
        void detach();
      });
      return agent;
    },
    startServer: () => {
      const hosts = new HostRegistry();
      const link = server.connect();
      const natsHosts = new NatsHosts({ broker: new MemoryBroker(server, link), hosts, clock, failed: fail });
      return serveHosts(hosts, UNIT_MS, { clock, network }, () => {
        natsHosts.stop();
        void link.close();
      });
    },
  };
};

/** Faults of one of the ways to a broker, or of all, and of what it has stored. */
class LinksOf implements Breakable {
  readonly linkCount = 1;
  readonly #server: MemoryNats;
  readonly #random: () => number;

  constructor(server: MemoryNats, random: () => number) {
    this.#server = server;
    this.#random = random;
  }

  cut(): void {
    this.#some((link) => link.cut());
  }

  stall(): void {
    this.#some((link) => link.stall());
  }

  swallow(): void {
    this.#some((link) => link.swallow());
  }

  /** The broker is started again, perhaps without the end of its log, or without all of it. */
  reset(): void {
    const what = this.#random();
    if (what < 0.3) this.#server.rollBack(1 + Math.floor(this.#random() * 5));
    else if (what < 0.4) this.#server.makeStreams();
    this.#some((link) => link.reset());
  }

  slowDown(latencyMs: number): void {
    this.#some((link) => link.slowDown(latencyMs));
  }

  restore(): void {
    for (const link of this.#server.links) link.restore();
  }

  #some(befall: (link: MemoryNatsLink) => void): void {
    const links = [...this.#server.links];
    const isAll = this.#random() < 0.4;
    const chosen = Math.floor(this.#random() * links.length);
    for (const [index, link] of links.entries()) if (isAll || index === chosen) befall(link);
  }
}
