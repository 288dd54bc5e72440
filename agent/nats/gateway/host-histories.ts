import { join } from 'node:path';
import type { Logger } from 'pino';
import { matchesGlob } from '../../../shared/protocol/catalogue.ts';
import type { Clock } from '../../clock.ts';
import type { HistorySettings } from '../../config.ts';
import type { FeedListener, OpenFeed } from '../../hosts/host-feed.ts';
import type { HostRegistry } from '../../hosts/host-registry.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import { RemoteHost } from '../../hosts/remote-host.ts';
import { HistorySink } from '../../sinks/history-sink.ts';
import type { HistoryHealth } from '../../store/history-health.ts';
import type { Described } from '../../store/history/history-store.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { NatsHosts } from './nats-hosts.ts';

export interface HostHistoriesOptions {
  /** Of each host: its files are in a folder of its own below `folder`. */
  readonly settings: HistorySettings;
  /** Ids, labels and globs of the hosts whose history is kept. */
  readonly patterns: readonly string[];
  readonly hosts: HostRegistry;
  readonly natsHosts: Pick<NatsHosts, 'feedOf'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps histories of hosts that other agents sample: follows each all the time, from where its history ends. */
export class HostHistories {
  readonly #options: HostHistoriesOptions;
  readonly #sinks = new Set<HistorySink>();
  /** What must be over before the history of a host can be opened again, by id. */
  readonly #endings = new Map<string, Promise<void>>();
  readonly #detach: () => void;

  constructor(options: HostHistoriesOptions) {
    this.#options = options;
    this.#detach = options.hosts.forEach((host) => this.#attach(host));
  }

  /** That of the first that has a problem. */
  get health(): HistoryHealth {
    const all = [...this.#sinks].map(({ health }) => health);
    return all.find(({ state }) => state !== 'ok') ?? { state: 'ok' };
  }

  /** Writes what is in memory. Settles within about a second. */
  async stop(): Promise<void> {
    this.#detach();
    await Promise.all(this.#endings.values());
  }

  #attach(host: HostStream): () => void {
    const { id, label } = host.host;
    const isWanted = this.#options.patterns.some(
      (pattern) => matchesGlob(pattern, id) || matchesGlob(pattern, label),
    );
    if (!isWanted || !(host instanceof RemoteHost)) return () => {};
    const { settings, clock } = this.#options;
    const log = this.#options.log.child({ host: id });
    const sink = new HistorySink({
      settings: { ...settings, folder: join(settings.folder, id) },
      host,
      clock,
      log,
    });
    this.#sinks.add(sink);
    const opening = this.#open(host, sink);
    return () => {
      const end = async (): Promise<void> => {
        (await opening)?.close();
        await sink.stop();
        this.#sinks.delete(sink);
      };
      this.#endings.set(
        id,
        end().catch((error: unknown) => log.error({ err: error }, 'A history could not be closed')),
      );
    };
  }

  async #open(host: RemoteHost, sink: HistorySink): Promise<OpenFeed | undefined> {
    const { id } = host.host;
    await this.#endings.get(id);
    await sink.open();
    const { newest } = sink;
    const feed = this.#options.natsHosts.feedOf(id);
    return feed?.open(
      newest === null ? 'everything' : { since: newest },
      { intervalMs: host.intervalMs, tables: true },
      new Keeper(sink),
    );
  }
}

/** Passes on what a feed tells. */
class Keeper implements FeedListener {
  readonly #sink: HistorySink;
  #described: Described = { catalogue: [], tables: [] };

  constructor(sink: HistorySink) {
    this.#sink = sink;
  }

  described({ tables }: Pick<Described, 'tables'>): void {
    this.#described = { ...this.#described, tables };
  }

  filled(samples: readonly SequencedSample[]): void {
    for (const sample of samples) this.sample(sample);
  }

  sample(sample: SequencedSample): void {
    const { catalogue } = sample;
    if (catalogue !== undefined) this.#described = { ...this.#described, catalogue };
    this.#sink.keep(sample, this.#described);
  }
}
