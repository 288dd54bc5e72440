import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import * as v from 'valibot';
import type { LocalHost } from '../../hosts/local-host.ts';
import { rateRequestSchema, replayRequestSchema, type RateRequest, type ReplayRequest } from '../bodies.ts';
import type { Subjects } from '../subjects.ts';
import type { Catalogues } from './catalogues.ts';
import { catalogueText, type SampleTexts } from './sample-texts.ts';

export interface AnswersOptions {
  readonly host: LocalHost;
  readonly catalogues: Catalogues;
  readonly texts: SampleTexts;
  readonly subjects: Subjects;
  readonly aboutText: () => string;
  readonly wantsRate: (request: RateRequest) => void;
  /** What could not be answered. */
  readonly failed: (error: unknown) => void;
}

const PART_SAMPLES = 60;
const PART_BYTES = 256_000;
/** Beside the samples, below what a server takes unless it was told otherwise. */
const MAX_CATALOGUE_BYTES = 700_000;
/** Further ones are not answered: who asks tries again. */
const MAX_WAITING = 16;

/** Answers what gateways ask, from the ring. */
export class Answers {
  readonly #options: AnswersOptions;
  #replays: Promise<void> = Promise.resolve();
  #waiting = 0;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Call with each connection. */
  connected(client: NatsConnection): void {
    const { subjects, aboutText, wantsRate, failed } = this.#options;
    const answer = (subject: string, respond: (message: Msg) => void): void => {
      // The client keeps those that were not refused.
      if (this.#subscriptions.get(subject)?.isClosed() === false) return;
      const callback = (error: Error | null, message: Msg): void => {
        if (error !== null || message.reply === undefined) return;
        try {
          respond(message);
        } catch (failure) {
          // An error here would end the connection.
          failed(failure);
        }
      };
      this.#subscriptions.set(subject, client.subscribe(subject, { callback }));
    };
    answer(subjects.ask('about'), (message) => message.respond(aboutText()));
    answer(subjects.ask('rate'), (message) => {
      const request = read(rateRequestSchema, message);
      if (request === undefined) return;
      wantsRate(request);
      message.respond('{}');
    });
    answer(subjects.ask('replay'), (message) => {
      const request = read(replayRequestSchema, message);
      if (request === undefined || this.#waiting >= MAX_WAITING) return;
      this.#waiting += 1;
      // One after the other, each from the ring as it is then.
      this.#replays = this.#replays
        .then(() => this.#replay(client, message, request))
        .catch(failed)
        .finally(() => (this.#waiting -= 1));
    });
  }

  async #replay(client: NatsConnection, message: Msg, request: ReplayRequest): Promise<void> {
    const { host, texts } = this.#options;
    const { store } = host;
    const bytes = Math.min(PART_BYTES, client.info?.max_payload ?? PART_BYTES);
    let after = this.#startOf(request);
    // What comes meanwhile is in `live` too.
    const { seq: upTo } = store.head;
    let explained = '';
    for (;;) {
      const part = texts.part(after, upTo, { samples: PART_SAMPLES, bytes });
      if (part === null) {
        message.respond(this.#bodyOf(this.#options.catalogues.current.id, '', '[]', true));
        return;
      }
      const { id, catalogue } = part.span;
      const isNews = id !== this.#options.catalogues.current.id && id !== explained;
      const explanation = isNews ? catalogueText(catalogue, MAX_CATALOGUE_BYTES) : '';
      if (isNews) explained = id;
      after = Math.max(part.first, part.last);
      const isDone = after >= upTo;
      if (part.last >= part.first || isDone)
        message.respond(this.#bodyOf(id, explanation, part.text, isDone));
      if (isDone) return;
      // Lets the next sample be taken, and the server take what it has got.
      await client.flush();
    }
  }

  /** The number before the first sample of an answer. */
  #startOf({ since, backfill }: ReplayRequest): number {
    const { store, unitMs, intervalMs } = this.#options.host;
    if (since !== undefined) return since.epoch === store.head.epoch ? since.seq : 0;
    return backfill === undefined ? 0 : store.backfillStart(backfill, intervalMs / unitMs).seq - 1;
  }

  #bodyOf(id: string, explanation: string, samples: string, isDone: boolean): string {
    const { host, texts } = this.#options;
    return `${texts.runText},"c":"${id}"${explanation},"oldest":${host.store.oldest},"done":${isDone},"b":${samples}}`;
  }
}

function read<T extends v.GenericSchema>(schema: T, message: Msg): v.InferOutput<T> | undefined {
  try {
    return v.parse(schema, message.data.length === 0 ? {} : message.json());
  } catch {
    return undefined;
  }
}
