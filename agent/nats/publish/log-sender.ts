import type { NatsConnection } from '@nats-io/transport-node';
import * as v from 'valibot';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import { batchSchema } from '../bodies.ts';
import { LOG_STREAM } from '../subjects.ts';
import { catalogueText, type Part, type SampleTexts } from './sample-texts.ts';
import { StoredSubject, StoreError } from './stored-subject.ts';

export interface LogSenderOptions {
  readonly host: LocalHost;
  readonly texts: SampleTexts;
  readonly subject: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The log holds samples of a run that began later than this one: calls back when no such run has answered. */
  readonly suspectsRival: () => Promise<void>;
}

/** How the log is. */
export interface LogHealth {
  readonly state: 'ok' | 'behind' | 'refused';
  readonly reason?: string;
  /** Samples of the ring that it does not have yet. */
  readonly waiting: number;
}

const BATCH_MS = 5000;
const BATCH_SAMPLES = 60;
const BATCH_BYTES = 256_000;
const BACKOFF_FROM_MS = 250;
const BACKOFF_TO_MS = 4000;
/** Below, a message is on its way that the log does not have yet. */
const TELL_AFTER_FAILURES = 2;

/** What of a message says how far the log has come. */
const endSchema = v.pick(batchSchema, ['e', 's', 'c', 'b']);
type End = v.InferOutput<typeof endSchema>;

/**
 * Writes the samples of the ring into the log, in order and without holes: one message is on its way at a time, and each names the one that it follows.
 * Whenever that is in doubt, the last message is read back, and what follows it goes from the ring, which is the only queue.
 */
export class LogSender {
  readonly #options: LogSenderOptions;
  #client: NatsConnection | undefined;
  #store: StoredSubject | undefined;
  #maxBytes = BATCH_BYTES;
  /** Number of the newest sample in the log. */
  #acked = 0;
  /** Number in the stream of the last message; `undefined` while in doubt. */
  #last: number | undefined;
  /** Catalogue of the last message. */
  #catalogueId: string | undefined;
  #failures = 0;
  #refusal: string | undefined;
  #sending: Promise<void> | undefined;
  #isStopped = false;
  /** Ends waiting for an answer that the connection will not bring any more. */
  #disconnected: () => void = () => {};
  #cancelBackoff: (() => void) | undefined;

  constructor(options: LogSenderOptions) {
    this.#options = options;
  }

  get health(): LogHealth {
    const waiting = this.#waiting;
    if (this.#refusal !== undefined) return { state: 'refused', reason: this.#refusal, waiting };
    return { state: waiting > BATCH_SAMPLES ? 'behind' : 'ok', waiting };
  }

  /** @param client `undefined` when the connection is lost */
  connected(client: NatsConnection | undefined): void {
    this.#client = client;
    this.#last = undefined;
    this.#disconnected();
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    this.#failures = 0;
    if (client === undefined) return;
    this.#store = new StoredSubject(client, LOG_STREAM, this.#options.subject);
    // The rest is for a catalogue.
    this.#maxBytes = Math.min(BATCH_BYTES, (client.info?.max_payload ?? Number.POSITIVE_INFINITY) / 2);
    this.sampleTaken();
  }

  /** Call after each sample. */
  sampleTaken(): void {
    if (this.#isDue && this.#cancelBackoff === undefined) this.#sending ??= this.#send();
  }

  /** Sends what waits, if the log takes it at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelBackoff?.();
    if (this.#last !== undefined) this.#sending ??= this.#send();
    await this.#sending;
  }

  get #waiting(): number {
    return this.#options.host.store.head.seq - this.#acked;
  }

  /** Whether a batch is due; a doubt is to be cleared up at once. */
  get #isDue(): boolean {
    const { store, unitMs } = this.#options.host;
    const { head } = store;
    if (this.#client === undefined || head.seq <= this.#acked) return false;
    if (this.#last === undefined || this.#isStopped || this.#acked < store.oldest) return true;
    const coveredMs = (store.gridIndexAt(head.seq) - store.gridIndexAt(this.#acked)) * unitMs;
    return coveredMs >= BATCH_MS || this.#waiting >= BATCH_SAMPLES;
  }

  async #send(): Promise<void> {
    try {
      while (this.#isDue) await this.#sendNext();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sending = undefined;
    }
  }

  async #sendNext(): Promise<void> {
    const { host, texts } = this.#options;
    const client = this.#client;
    const store = this.#store;
    if (store === undefined) return;
    const isCut = new Promise<'cut'>((resolve) => {
      this.#disconnected = () => resolve('cut');
    });
    if (this.#last === undefined) {
      const last = await Promise.race([store.last(), isCut]);
      if (last === 'cut') return;
      await this.#goOnAfter(last?.text);
      if (this.#client !== client) return;
      this.#last = last?.seq ?? 0;
      return;
    }
    // A stream that refuses is asked with little.
    const samples = this.#failures === 0 ? BATCH_SAMPLES : 1;
    const part = texts.part(this.#acked, host.store.head.seq, { samples, bytes: this.#maxBytes });
    if (part === null) return;
    // A sample that does not fit.
    if (part.last < part.first) {
      this.#skip(part);
      return;
    }
    const seq = await Promise.race([store.publish(this.#bodyOf(part), this.#last), isCut]);
    if (seq === 'cut') return;
    this.#last = seq;
    this.#acked = part.last;
    this.#catalogueId = part.span.id;
    this.#succeeded();
  }

  #bodyOf({ span, text }: Part): string {
    const isKnown = span.id === this.#catalogueId;
    const catalogue = isKnown ? '' : catalogueText(span.catalogue, this.#maxBytes / 2);
    return `${this.#options.texts.runText},"c":"${span.id}"${catalogue},"b":${text}}`;
  }

  /** Goes on after the last message of the log; if that is unreadable, or of another run, from the beginning of the ring. */
  async #goOnAfter(text: string | undefined): Promise<void> {
    const { host, suspectsRival } = this.#options;
    const end = text === undefined ? undefined : readEnd(text);
    const isOwn = end?.e === host.epoch;
    const last = isOwn ? (end?.b.at(-1)?.q ?? 0) : 0;
    this.#acked = last <= host.store.head.seq ? last : 0;
    this.#catalogueId = isOwn && this.#acked > 0 ? end?.c : undefined;
    const isLater = end !== undefined && !isOwn && end.s >= (host.status.sinceMs ?? 0);
    if (isLater) await suspectsRival();
  }

  /** A sample that the server takes no message for. */
  #skip({ first }: Part): void {
    this.#tell(
      `a sample is larger than ${this.#maxBytes} bytes, half of what the server takes at once: raise max_payload`,
    );
    this.#acked = first;
  }

  #succeeded(): void {
    this.#failures = 0;
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#options.log.info('The log in NATS takes samples again');
  }

  #failed(error: unknown): void {
    this.#last = undefined;
    this.#failures += 1;
    const kind = error instanceof StoreError ? error.kind : undefined;
    const message = error instanceof Error ? error.message : String(error);
    const isNews = this.#failures >= TELL_AFTER_FAILURES || kind === 'absent' || kind === 'refused';
    if (kind === 'forbidden') this.#refusal ??= message;
    else if (isNews && kind !== 'moved') this.#tell(message);
    if (this.#isStopped) return;
    const longestMs = Math.min(BACKOFF_TO_MS, BACKOFF_FROM_MS * 2 ** this.#failures);
    const backoffMs = longestMs / 2 + (Math.random() * longestMs) / 2;
    this.#cancelBackoff = this.#options.clock.schedule(() => {
      this.#cancelBackoff = undefined;
      this.sampleTaken();
    }, backoffMs);
  }

  /** Once, until it takes samples again. */
  #tell(reason: string): void {
    if (this.#refusal === undefined)
      this.#options.log.warn(
        { stream: LOG_STREAM },
        `The log in NATS takes no samples (${reason}): viewers see this host live, and what it measured while this agent runs; it is tried again`,
      );
    this.#refusal = reason;
  }
}

function readEnd(text: string): End | undefined {
  try {
    return v.parse(endSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}
