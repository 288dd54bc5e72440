import type { Msg, NatsConnection } from '@nats-io/transport-node';
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
  /** `undefined` while there is no connection. */
  readonly client: () => NatsConnection | undefined;
  readonly aboutText: () => string;
  readonly wantsRate: (request: RateRequest) => void;
  /** What could not be answered. */
  readonly failed: (error: unknown) => void;
}

const PART_SAMPLES = 60;
const PART_BYTES = 256_000;
/** What a server takes at once unless it was told otherwise. */
const USUAL_PAYLOAD = 1024 * 1024;
/** Further ones are not answered: who asks tries again. */
const MAX_WAITING = 16;

/** Answers what gateways ask, from the ring. */
export class Answers {
  readonly #options: AnswersOptions;
  #replays: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** What answers, by subject. */
  get callbacks(): readonly (readonly [string, (message: Msg) => void])[] {
    const { subjects } = this.#options;
    return [
      [subjects.ask('about'), (message) => void message.respond(this.#options.aboutText())],
      [subjects.ask('rate'), (message) => this.#rate(message)],
      [subjects.ask('replay'), (message) => this.#askReplay(message)],
    ];
  }

  #rate(message: Msg): void {
    const request = read(rateRequestSchema, message);
    if (request === undefined) return;
    this.#options.wantsRate(request);
    message.respond('{}');
  }

  #askReplay(message: Msg): void {
    const request = read(replayRequestSchema, message);
    if (request === undefined || this.#waiting >= MAX_WAITING) return;
    this.#waiting += 1;
    // One after the other, each from the ring as it is then.
    this.#replays = this.#replays
      .then(() => this.#replay(message, request))
      .catch(this.#options.failed)
      .finally(() => (this.#waiting -= 1));
  }

  async #replay(message: Msg, request: ReplayRequest): Promise<void> {
    const { host, texts } = this.#options;
    const { store } = host;
    const client = this.#options.client();
    // Whoever asked will ask again.
    if (client === undefined) return;
    const maxPayload = client.info?.max_payload ?? USUAL_PAYLOAD;
    const bytes = Math.min(PART_BYTES, maxPayload / 4);
    let after = this.#startOf(request);
    // What comes meanwhile is in `live` too.
    const { seq: upTo } = store.head;
    const explained = new Set([request.c]);
    for (;;) {
      const part = texts.part(after, upTo, { samples: PART_SAMPLES, bytes });
      if (part === null) {
        message.respond(this.#bodyOf(this.#options.catalogues.current.id, '', '[]', true));
        return;
      }
      const { id, catalogue } = part.span;
      const explanation = explained.has(id) ? '' : catalogueText(catalogue, maxPayload - bytes);
      explained.add(id);
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
    const { catalogues, texts } = this.#options;
    return `${texts.runText},"c":"${id}"${explanation},"oldest":${catalogues.oldest},"done":${isDone},"b":${samples}}`;
  }
}

function read<T extends v.GenericSchema>(schema: T, message: Msg): v.InferOutput<T> | undefined {
  try {
    return v.parse(schema, message.data.length === 0 ? {} : message.json());
  } catch {
    return undefined;
  }
}
