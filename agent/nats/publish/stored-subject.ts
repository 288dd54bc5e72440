import {
  headers,
  InvalidArgumentError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  type NatsConnection,
} from '@nats-io/transport-node';
import * as v from 'valibot';

const ANSWER_MS = 3000;
const NOT_FOUND = 404;
const WRONG_LAST_SEQUENCE = 10_071;

/** Why a stream did not take a message, or did not give one. */
export class StoreError extends Error {
  /**
   * `forbidden` is told by the connection. `moved`: its last message of this subject is another one than expected. `silent`: whether it took the message is
   * not known.
   */
  readonly kind: 'absent' | 'forbidden' | 'moved' | 'refused' | 'silent';

  constructor(kind: StoreError['kind'], message: string) {
    super(message);
    this.name = 'StoreError';
    this.kind = kind;
  }
}

/** A message of a stream. */
export interface StoredMessage {
  readonly seq: number;
  readonly text: string;
}

/** One subject of a stream of JetStream, by requests that servers from 2.9 on understand. */
export class StoredSubject {
  readonly #client: NatsConnection;
  readonly #stream: string;
  readonly #subject: string;

  constructor(client: NatsConnection, stream: string, subject: string) {
    this.#client = client;
    this.#stream = stream;
    this.#subject = subject;
  }

  /**
   * Stores a message.
   * @param expectedLast the number in the stream of the message of this subject that it follows, 0 for the first; default: whatever is last
   * @returns its number in the stream
   * @throws StoreError
   */
  async publish(text: string, expectedLast?: number): Promise<number> {
    const expectation = headers();
    if (expectedLast !== undefined)
      expectation.set('Nats-Expected-Last-Subject-Sequence', String(expectedLast));
    const answer = await this.#request(this.#subject, text, expectation);
    const { seq, error } = acknowledgement(answer.string());
    if (seq !== undefined && error === undefined) return seq;
    if (error?.err_code === WRONG_LAST_SEQUENCE) throw new StoreError('moved', error.description);
    throw new StoreError('refused', error?.description ?? 'something that is no stream answers');
  }

  /** The last message; `null` if there is none. @throws StoreError */
  async last(): Promise<StoredMessage | null> {
    const answer = await this.#request(`$JS.API.DIRECT.GET.${this.#stream}.${this.#subject}`, '');
    const code = answer.headers?.code ?? 0;
    if (code === NOT_FOUND) return null;
    const seq = Number(answer.headers?.get('Nats-Sequence'));
    if (code >= 300 || !Number.isSafeInteger(seq) || seq < 1)
      throw new StoreError('refused', answer.headers?.description ?? 'something that is no stream answers');
    return { seq, text: answer.string() };
  }

  async #request(
    subject: string,
    text: string,
    withHeaders?: ReturnType<typeof headers>,
  ): ReturnType<NatsConnection['request']> {
    try {
      return await this.#client.request(subject, text, {
        timeout: ANSWER_MS,
        ...(withHeaders === undefined ? {} : { headers: withHeaders }),
      });
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}

function storeErrorOf(error: unknown): StoreError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (error instanceof InvalidArgumentError)
    return new StoreError('refused', 'the server takes no message of this size: raise max_payload');
  if (cause instanceof PermissionViolationError) return new StoreError('forbidden', cause.message);
  if (error instanceof RequestError && error.isNoResponders())
    return new StoreError('absent', 'no stream takes it');
  if (error instanceof TimeoutError || cause instanceof TimeoutError)
    return new StoreError('silent', 'there is no stream, or it does not answer');
  return new StoreError('silent', error instanceof Error ? error.message : String(error));
}

const acknowledgementSchema = v.object({
  seq: v.optional(v.number()),
  error: v.optional(v.object({ err_code: v.optional(v.number()), description: v.string() })),
});

function acknowledgement(text: string): v.InferOutput<typeof acknowledgementSchema> {
  try {
    return v.parse(acknowledgementSchema, JSON.parse(text));
  } catch {
    return {};
  }
}
