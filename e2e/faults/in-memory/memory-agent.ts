import { pino } from 'pino';
import type { Clock } from '../../../agent/clock.ts';
import { Feed } from '../../../agent/hosts/feed.ts';
import { testAuthenticator } from '../../../agent/testing/test-authenticator.ts';
import { Hub } from '../../../agent/sessions/hub.ts';
import { Sampler } from '../../../agent/sampling/sampler.ts';
import { fakeCollector } from '../../../agent/testing/fake-collector.ts';
import type { LoggedSample } from '../oracle.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { testFairQueue } from '../../../agent/testing/test-fair-queue.ts';

export const INTERVAL_MS = 1000;

/** What an agent's log would say, and where on the grid a sample stands. */
export interface GridSample extends LoggedSample {
  readonly gridIndex: number;
}

/** One run of an agent: its sampler, feed and sessions; only clock, collector and network are not real. */
export class MemoryAgent {
  readonly #network: MemoryNetwork;
  readonly #sampler: Sampler;
  readonly #feed: Feed;
  readonly #hub: Hub;

  /** @param log gets each sample */
  constructor(clock: Clock, network: MemoryNetwork, log: GridSample[]) {
    this.#network = network;
    this.#sampler = new Sampler({
      collectors: [fakeCollector('cpu', async () => 1)],
      intervalMs: INTERVAL_MS,
      clock,
      log: pino({ level: 'silent' }),
    });
    this.#feed = new Feed({ id: 'a', label: 'a', facts: {} }, this.#sampler.catalogue, INTERVAL_MS);
    const { ring, demand } = this.#feed;
    demand.onChange((units) => this.#sampler.setStride(units));
    this.#hub = new Hub({
      feed: this.#feed,
      introduction: { version: '0.0.0', transports: ['websocket'] },
      authenticator: testAuthenticator(null),
      clock,
      fairQueue: testFairQueue(clock),
      broke: (error) => {
        throw error;
      },
    });
    network.listen((...opened) => this.#hub.open(...opened));
    void this.#sampler.start((sample) => {
      const { timestampMs, gridIndex, brokenBy } = sample;
      log.push({ epoch: ring.epoch, seq: ring.head + 1, ts: timestampMs, gridIndex, brokenBy });
      this.#hub.publish(sample);
    });
  }

  get sessionCount(): number {
    return this.#hub.sessionCount;
  }

  /** Units of the grid between its samples now. */
  get stride(): number {
    return this.#feed.demand.stride;
  }

  /** Takes no more samples, and serves those that it has. */
  rest(): void {
    this.#sampler.stop();
  }

  /** As by SIGTERM: everyone is told. */
  stop(): void {
    this.#end();
    this.#hub.dismissAll();
  }

  /** As by SIGKILL: the kernel resets what was open. */
  kill(): void {
    this.#end();
    this.#network.reset();
  }

  #end(): void {
    this.#network.listen(null);
    this.#sampler.stop();
  }
}
