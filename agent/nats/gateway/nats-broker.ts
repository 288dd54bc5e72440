import {
  createInbox,
  NatsConnectionImpl,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { NatsLink, type NatsLinkOptions } from '../connection.ts';
import { StreamReader } from './stream-reader.ts';
import type { AskEnd, Broker, BrokerMessage, KeptMessage, Patience } from './broker.ts';

interface Listening {
  readonly subject: string;
  readonly heard: (message: BrokerMessage) => void;
  /** That of the client `of`; a client forgets those that a server has refused. */
  subscription: { readonly of: NatsConnection; readonly its: Subscription } | null;
}

/** The user of a gateway may receive answers below this inbox (`nats init`). */
const NAME = 'gateway';
/** A server that stands still has to be noticed before the silence of hosts seems to be theirs (`presence.ts`). */
const PING_EVERY_MS = 2000;

/** A broker behind a connection: what is asked while there is none is not answered. */
export class NatsBroker implements Broker {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #link: NatsLink;
  readonly #listenings = new Set<Listening>();
  #reading: { readonly client: NatsConnection; readonly reader: StreamReader } | null = null;

  constructor({ settings, clock, log }: Pick<NatsLinkOptions, 'settings' | 'clock' | 'log'>) {
    this.#clock = clock;
    this.#log = log;
    this.#link = new NatsLink({
      settings,
      name: NAME,
      isGateway: true,
      clock,
      log,
      pingEveryMs: PING_EVERY_MS,
      opened: (client) => this.#subscribeAll(client),
    });
    // What was begun while the client was connecting again, or refused.
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
    const guarded = (message: BrokerMessage): void => {
      this.#guarded(() => heard(message));
    };
    const listening: Listening = { subject, heard: guarded, subscription: null };
    this.#listenings.add(listening);
    const { client } = this.#link;
    if (client !== undefined) subscribe(client, listening);
    return () => {
      this.#listenings.delete(listening);
      listening.subscription?.its.unsubscribe();
    };
  }

  async ask(
    subject: string,
    question: object,
    answered: (data: Uint8Array) => boolean,
    { firstMs, nextMs }: Patience,
  ): Promise<AskEnd> {
    const { client } = this.#link;
    if (client === undefined || client.isClosed()) return 'absent';
    return new Promise<AskEnd>((resolve) => {
      let cancel = (): void => {};
      let forget = (): void => {};
      const inbox = createInbox(inboxPrefixOf(client));
      const end = (how: AskEnd): void => {
        cancel();
        subscription.unsubscribe();
        forget();
        resolve(how);
      };
      const subscription = client.subscribe(inbox, {
        callback: (error, message) => {
          if (error !== null) end('silent');
          else if (message.headers?.code === 503) end('absent');
          else if (this.#guarded(() => answered(message.data)) !== false) end('answered');
          else {
            cancel();
            cancel = this.#clock.schedule(() => end('silent'), nextMs);
          }
        },
      });
      cancel = this.#clock.schedule(() => end('silent'), firstMs);
      forget = this.onLink(() => end('silent'));
      client.publish(subject, JSON.stringify(question), { reply: inbox });
    });
  }

  async *kept(stream: string, subject: string, fromSeq: number): AsyncGenerator<KeptMessage, void> {
    let next = fromSeq;
    for (;;) {
      const messages = await this.#reader.some(stream, subject, next);
      if (messages.length === 0) return;
      yield* messages;
      next = (messages.at(-1)?.seq ?? next) + 1;
    }
  }

  async firstKept(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null> {
    return this.#reader.first(stream, subject, fromSeq);
  }

  async lastKept(stream: string, subject: string): Promise<KeptMessage | null> {
    return this.#reader.last(stream, subject);
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  /** @throws Error without a connection */
  get #reader(): StreamReader {
    const { client } = this.#link;
    if (client === undefined) throw new Error('the broker cannot be reached');
    if (this.#reading?.client !== client)
      this.#reading = { client, reader: new StreamReader(client, this.#clock) };
    return this.#reading.reader;
  }

  /** An error in a callback would end the connection. @returns `undefined` if there was one */
  #guarded<Result>(task: () => Result): Result | undefined {
    try {
      return task();
    } catch (error) {
      this.#log.error({ err: error }, 'A message from NATS could not be dealt with');
      return undefined;
    }
  }

  #subscribeAll(client: NatsConnection): void {
    for (const listening of this.#listenings) {
      const { of, its } = listening.subscription ?? {};
      if (of !== client || its?.isClosed() === true) subscribe(client, listening);
    }
  }
}

function subscribe(client: NatsConnection, listening: Listening): void {
  const its = client.subscribe(listening.subject, {
    callback: (error, message) => {
      // The link tells of a permission that is missing.
      if (error === null) listening.heard(message);
    },
  });
  listening.subscription = { of: client, its };
}

function inboxPrefixOf(connection: NatsConnection): string | undefined {
  return connection instanceof NatsConnectionImpl ? connection.options.inboxPrefix : undefined;
}
