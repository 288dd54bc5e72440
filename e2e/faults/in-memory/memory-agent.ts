import { pino } from 'pino';
import type { Clock } from '../../../agent/clock.ts';
import { HostRegistry } from '../../../agent/hosts/host-registry.ts';
import { LocalHost } from '../../../agent/hosts/local-host.ts';
import { attachSink } from '../../../agent/sinks/sample-sink.ts';
import { testAuthenticator } from '../../../agent/testing/test-authenticator.ts';
import { Hub } from '../../../agent/sessions/hub.ts';
import { Sampler } from '../../../agent/sampling/sampler.ts';
import { fakeCollector } from '../../../agent/testing/fake-collector.ts';
import type { LoggedSample } from '../oracle.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { testFairQueue } from '../../../agent/testing/test-fair-queue.ts';

export const INTERVAL_MS = 1000;

/** What serves hosts to the clients of a network: an agent, a relay, a gateway. */
export interface MemoryServer {
  readonly sessionCount: number;
  /** As by SIGTERM: everyone is told. */
  stop(): void;
  /** As by SIGKILL: the kernel resets what was open. */
  kill(): void;
}

/** What an agent's log would say, and where on the grid a sample stands. */
export interface GridSample extends LoggedSample {
  readonly gridIndex: number;
}

/** One run of an agent: its sampler, host and sessions; only clock, collector and network are not real. */
export class MemoryAgent implements MemoryServer {
  readonly #network: MemoryNetwork;
  readonly #sampler: Sampler;
  readonly #host: LocalHost;
  readonly #hub: Hub;
  #ended: (how: 'stop' | 'kill') => void = () => {};

  /** @param log gets each sample */
  constructor(clock: Clock, network: MemoryNetwork, log: GridSample[]) {
    this.#network = network;
    this.#sampler = new Sampler({
      collectors: [fakeCollector('cpu', async () => 1)],
      intervalMs: INTERVAL_MS,
      clock,
      log: pino({ level: 'silent' }),
    });
    this.#host = new LocalHost({
      host: { id: 'a', label: 'a', facts: {} },
      catalogue: this.#sampler.catalogue,
      intervalMs: INTERVAL_MS,
      startedMs: clock.wallNow(),
    });
    this.#host.onDemand((stride, paceOf) => this.#sampler.setDemand(stride, paceOf));
    const fail = (error: unknown): never => {
      throw error;
    };
    const hosts = new HostRegistry([this.#host]);
    attachSink(
      hosts,
      {
        accept: (_host, { epoch, seq, timestampMs, gridIndex, gapReason }) =>
          log.push({ epoch, seq, ts: timestampMs, gridIndex, gapReason }),
        stop: () => Promise.resolve(),
      },
      fail,
    );
    this.#hub = memoryHub(hosts, this.#host.unitMs, clock);
    network.listen((...opened) => this.#hub.open(...opened));
    void this.#sampler.start((sample) => this.#host.append(sample));
  }

  /** What it samples. */
  get host(): LocalHost {
    return this.#host;
  }

  get sessionCount(): number {
    return this.#hub.sessionCount;
  }

  /** Units of the grid between its samples now. */
  get stride(): number {
    return this.#host.stride;
  }

  /** Calls `ended` when this run ends. */
  onEnd(ended: (how: 'stop' | 'kill') => void): void {
    this.#ended = ended;
  }

  /** Takes no more samples, and serves those that it has. */
  rest(): void {
    this.#sampler.stop();
  }

  stop(): void {
    this.#end('stop');
    this.#hub.dismissAll();
  }

  kill(): void {
    this.#end('kill');
    this.#network.reset();
  }

  #end(how: 'stop' | 'kill'): void {
    this.#network.listen(null);
    this.#sampler.stop();
    this.#ended(how);
  }
}

/** The sessions of a server whose clients see everything. */
export function memoryHub(hosts: HostRegistry, minIntervalMs: number, clock: Clock): Hub {
  return new Hub({
    hosts,
    introduction: { version: '0.0.0', transports: ['websocket'], minIntervalMs },
    authenticator: testAuthenticator(null),
    clock,
    fairQueue: testFairQueue(clock),
    broke: (error) => {
      throw error;
    },
  });
}
