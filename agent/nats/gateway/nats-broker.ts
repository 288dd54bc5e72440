import { jetstreamManager, type DirectStreamAPI } from '@nats-io/jetstream';
import { createInbox, Feature, NatsConnectionImpl, type NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../clock.ts';
import { NatsLink, type NatsLinkOptions } from '../connection.ts';
import type { AskEnd, Broker, BrokerMessage, KeptMessage, Patience } from './broker.ts';

/** A reader that asks for more at once is cut off by NATS 2.9, and does not come back. */
const BATCH = { batch: 100, max_bytes: 4_000_000 } as const;

interface Listening {
  readonly subject: string;
  readonly heard: (message: BrokerMessage) => void;
  /** Whose subscription it has. */
  client: NatsConnection | null;
  stop: () => void;
}

/** The user of a gateway may receive answers below this inbox (`nats init`). */
const NAME = 'gateway';

/** A broker behind a connection: what is asked while there is none is not answered. */
export class NatsBroker implements Broker {
  readonly #clock: Clock;
  readonly #link: NatsLink;
  readonly #listenings = new Set<Listening>();
  #direct: { readonly client: NatsConnection; readonly api: Promise<DirectStreamAPI> } | null = null;

  constructor({ settings, clock, log }: Pick<NatsLinkOptions, 'settings' | 'clock' | 'log'>) {
    this.#clock = clock;
    this.#link = new NatsLink({
      settings,
      name: NAME,
      clock,
      log,
      opened: (client) => this.#subscribeAll(client),
    });
    // What was begun while the client was connecting again.
    this.#link.onChange(() => {
      const { client } = this.#link;
      if (client !== undefined) this.#subscribeAll(client);
    });
  }

  get isConnected(): boolean {
    return this.#link.client !== undefined;
  }

  /** Why there is no connection; `undefined` while there is one. */
  get reason(): string | undefined {
    return this.#link.reason;
  }

  /** Of the server, such as `2.9.10`. */
  get serverVersion(): string | undefined {
    return this.#link.client?.info?.version;
  }

  onLink(listener: () => void): () => void {
    return this.#link.onChange(listener);
  }

  listen(subject: string, heard: (message: BrokerMessage) => void): () => void {
    const listening: Listening = { subject, heard, client: null, stop: () => {} };
    this.#listenings.add(listening);
    const { client } = this.#link;
    if (client !== undefined) subscribe(client, listening);
    return () => {
      this.#listenings.delete(listening);
      listening.stop();
    };
  }

  async ask(
    subject: string,
    question: object,
    answered: (data: Uint8Array) => boolean,
    { firstMs, nextMs }: Patience,
  ): Promise<AskEnd> {
    const { client } = this.#link;
    if (client === undefined) return 'absent';
    return new Promise<AskEnd>((resolve) => {
      const inbox = createInbox(inboxPrefixOf(client));
      const end = (how: AskEnd): void => {
        cancel();
        subscription.unsubscribe();
        forget();
        resolve(how);
      };
      const subscription = client.subscribe(inbox, {
        callback: (error, { data, headers }) => {
          if (error !== null) end('silent');
          else if (headers?.code === 503) end('absent');
          else if (answered(data)) end('answered');
          else {
            cancel();
            cancel = this.#clock.schedule(() => end('silent'), nextMs);
          }
        },
      });
      let cancel = this.#clock.schedule(() => end('silent'), firstMs);
      const forget = this.onLink(() => end('silent'));
      client.publish(subject, JSON.stringify(question), { reply: inbox });
    });
  }

  async *kept(stream: string, subject: string, fromSeq: number): AsyncGenerator<KeptMessage, void> {
    let next = fromSeq;
    for (;;) {
      const messages = await this.#batch(stream, subject, next);
      if (messages.length === 0) return;
      yield* messages;
      next = (messages.at(-1)?.seq ?? next) + 1;
    }
  }

  async firstKept(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null> {
    const direct = await this.#directOf();
    return orNoStream(direct.getMessage(stream, { seq: fromSeq, next_by_subj: subject }));
  }

  async lastKept(stream: string, subject: string): Promise<KeptMessage | null> {
    const direct = await this.#directOf();
    return orNoStream(direct.getMessage(stream, { last_by_subj: subject }));
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  /** Some messages, one of them at least unless there is no more. */
  async #batch(stream: string, subject: string, fromSeq: number): Promise<readonly KeptMessage[]> {
    if (!this.#canBatch) {
      const message = await this.firstKept(stream, subject, fromSeq);
      return message === null ? [] : [message];
    }
    const messages: KeptMessage[] = [];
    try {
      const direct = await this.#directOf();
      const batch = await direct.getBatch(stream, { ...BATCH, seq: fromSeq, next_by_subj: subject });
      for await (const message of batch) messages.push(message);
    } catch (error) {
      if (!isNoStream(error) && !isNotFound(error)) throw error;
    }
    return messages;
  }

  #subscribeAll(client: NatsConnection): void {
    for (const listening of this.#listenings) if (listening.client !== client) subscribe(client, listening);
  }

  /** Since NATS 2.11. */
  get #canBatch(): boolean {
    const { client } = this.#link;
    return client instanceof NatsConnectionImpl && client.features.supports(Feature.JS_BATCH_DIRECT_GET);
  }

  async #directOf(): Promise<DirectStreamAPI> {
    const { client } = this.#link;
    if (client === undefined) throw new Error('the broker cannot be reached');
    if (this.#direct?.client !== client)
      this.#direct = {
        client,
        api: jetstreamManager(client, { checkAPI: false }).then(({ direct }) => direct),
      };
    return this.#direct.api;
  }
}

function subscribe(client: NatsConnection, listening: Listening): void {
  const subscription = client.subscribe(listening.subject, {
    callback: (error, message) => {
      // The link tells of a permission that is missing.
      if (error === null) listening.heard(message);
    },
  });
  listening.client = client;
  listening.stop = () => subscription.unsubscribe();
}

function inboxPrefixOf(connection: NatsConnection): string | undefined {
  return connection instanceof NatsConnectionImpl ? connection.options.inboxPrefix : undefined;
}

async function orNoStream(answer: Promise<KeptMessage | null>): Promise<KeptMessage | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNoStream(error)) return null;
    throw error;
  }
}

/** Nobody answers for a stream that is not there. */
function isNoStream(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoRespondersError' || isNoStream(error.cause));
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 404;
}
