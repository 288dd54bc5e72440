import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { Feature, NatsConnectionImpl, type NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../clock.ts';
import type { KeptMessage } from './broker.ts';

/** A reader that asks for more at once is cut off by NATS 2.9, and does not come back. */
const BATCH = { batch: 100, max_bytes: 4_000_000 } as const;
const ANSWER_MS = 3000;
/** A stream may be made at any time, or made anew. */
const KNOWN_FOR_MS = 10_000;
const NOT_FOUND = 404;

/** Reads the streams of one connection with what NATS 2.9 has, and in batches where there is more. */
export class StreamReader {
  readonly #client: NatsConnection;
  readonly #clock: Clock;
  readonly #manager: Promise<JetStreamManager>;
  readonly #known = new Map<string, { readonly isThere: Promise<boolean>; readonly untilMs: number }>();

  constructor(client: NatsConnection, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#manager = jetstreamManager(client, { checkAPI: false, timeout: ANSWER_MS });
  }

  /** As `Broker.firstKept`. */
  async first(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null> {
    if (!(await this.#has(stream))) return null;
    const { direct } = await this.#manager;
    return direct.getMessage(stream, { seq: fromSeq, next_by_subj: subject });
  }

  /** As `Broker.lastKept`. */
  async last(stream: string, subject: string): Promise<KeptMessage | null> {
    if (!(await this.#has(stream))) return null;
    const { direct } = await this.#manager;
    return direct.getMessage(stream, { last_by_subj: subject });
  }

  /** Some messages from a sequence number on: one of them at least, unless there is no more. */
  async some(stream: string, subject: string, fromSeq: number): Promise<readonly KeptMessage[]> {
    if (!this.#canBatch) {
      const message = await this.first(stream, subject, fromSeq);
      return message === null ? [] : [message];
    }
    const messages: KeptMessage[] = [];
    if (!(await this.#has(stream))) return messages;
    const { direct } = await this.#manager;
    try {
      const batch = await direct.getBatch(stream, { ...BATCH, seq: fromSeq, next_by_subj: subject });
      for await (const message of batch) messages.push(message);
    } catch (error) {
      const isEmpty = error instanceof Error && 'code' in error && error.code === NOT_FOUND;
      if (!isEmpty) throw error;
    }
    return messages;
  }

  /** Since NATS 2.11. */
  get #canBatch(): boolean {
    return (
      this.#client instanceof NatsConnectionImpl &&
      this.#client.features.supports(Feature.JS_BATCH_DIRECT_GET)
    );
  }

  /** NATS 2.9 does not answer who reads a stream that is not there. */
  async #has(stream: string): Promise<boolean> {
    const nowMs = this.#clock.now();
    let known = this.#known.get(stream);
    if (known === undefined || known.untilMs <= nowMs) {
      known = { isThere: this.#look(stream), untilMs: nowMs + KNOWN_FOR_MS };
      this.#known.set(stream, known);
      known.isThere.catch(() => this.#known.delete(stream));
    }
    return known.isThere;
  }

  async #look(stream: string): Promise<boolean> {
    try {
      await (await this.#manager).streams.info(stream);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** Whether there is no such stream, or no JetStream at all. */
function isMissing(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === JetStreamApiCodes.StreamNotFound;
  return (
    error instanceof Error &&
    (error.name === 'NoRespondersError' || error.name === 'JetStreamNotEnabled' || isMissing(error.cause))
  );
}
