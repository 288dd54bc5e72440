import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { AboutBody } from '../bodies.ts';
import { ABOUT_STREAM } from '../subjects.ts';
import type { Catalogues } from './catalogues.ts';
import { StoredSubject, StoreError } from './stored-subject.ts';

export interface AboutSenderOptions {
  /** What people call the host, if it was given a name; `null`: its label. */
  readonly label: string | null;
  readonly host: LocalHost;
  readonly catalogues: Catalogues;
  readonly subject: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 5 * 60_000;
/** A catalogue may change with each sample. */
const AT_MOST_EVERY_MS = 1000;
const RETRY_FROM_MS = 1000;
/** Where there is no stream, gateways ask the agent. */
const RETRY_TO_MS = 60_000;

/** Keeps who this host is and what it measures in a stream of its own, for those who come when the agent is gone. */
export class AboutSender {
  readonly #options: AboutSenderOptions;
  #store: StoredSubject | undefined;
  /** What the stream has. */
  #sentRevision: number | undefined;
  #dueAtMs = 0;
  #failures = 0;
  #isSending = false;
  #isTold = false;
  #encoded: { readonly revision: number; readonly text: string } | undefined;

  constructor(options: AboutSenderOptions) {
    this.#options = options;
  }

  /** As it is now. */
  get text(): string {
    const { host, catalogues } = this.#options;
    if (this.#encoded?.revision !== host.revision) {
      const { labels, facts } = host.host;
      const label = this.#options.label ?? host.host.label;
      const { id, catalogue } = catalogues.current;
      const body: AboutBody = {
        e: host.epoch,
        s: host.status.sinceMs ?? 0,
        host: { label, ...(labels === undefined ? {} : { labels }), facts },
        intervalMs: host.intervalMs,
        unitMs: host.unitMs,
        c: id,
        catalogue: [...catalogue],
        tables: [...host.tables],
      };
      this.#encoded = { revision: host.revision, text: JSON.stringify(body) };
    }
    return this.#encoded.text;
  }

  /** @param client `undefined` when the connection is lost */
  connected(client: NatsConnection | undefined): void {
    this.#store =
      client === undefined ? undefined : new StoredSubject(client, ABOUT_STREAM, this.#options.subject);
    this.#sentRevision = undefined;
    this.#dueAtMs = 0;
    this.#failures = 0;
    this.sampleTaken();
  }

  /** Call after each sample: all changes come with one. */
  sampleTaken(): void {
    const { host, clock } = this.#options;
    if (this.#store === undefined || this.#isSending || host.store.head.seq === 0) return;
    const isOther = this.#failures === 0 && this.#sentRevision !== host.revision;
    if (clock.now() < (isOther ? this.#dueAtMs - EVERY_MS + AT_MOST_EVERY_MS : this.#dueAtMs)) return;
    void this.#send(this.#store);
  }

  async #send(store: StoredSubject): Promise<void> {
    const { host, clock } = this.#options;
    const { revision } = host;
    this.#isSending = true;
    try {
      await store.publish(this.text);
      this.#failures = 0;
      this.#sentRevision = revision;
      this.#dueAtMs = clock.now() + EVERY_MS;
    } catch (error) {
      this.#failures += 1;
      // The log, which needs a stream too, tells all else.
      if (error instanceof StoreError && error.kind === 'refused') this.#tell(error.message);
      this.#dueAtMs = clock.now() + Math.min(RETRY_TO_MS, RETRY_FROM_MS * 2 ** this.#failures);
    } finally {
      this.#isSending = false;
    }
  }

  /** Once: gateways can still ask. */
  #tell(reason: string): void {
    if (!this.#isTold)
      this.#options.log.warn(
        { stream: ABOUT_STREAM },
        `NATS does not keep what this host measures (${reason}): viewers cannot see its past while it is down`,
      );
    this.#isTold = true;
  }
}
