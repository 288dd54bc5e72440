import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import type {
  AboutBody,
  BatchBody,
  BeatBody,
  LiveBody,
  ReplayBody,
  ReplayRequest,
} from '../../agent/nats/bodies.ts';
import { subjectsOf } from '../../agent/nats/subjects.ts';

/** As of an agent: a sample a second, 15 minutes of them, and batches of these sizes. */
export const INTERVAL_MS = 1000;
const HELD = 900;
const LOG_BATCH = 5;
const REPLAY_BATCH = 60;
const BEAT_EVERY = 10;
const UNIT_MS = 100;
const POOL_SIZE = 64;

/** A host as agents publish one, but for the measuring: begins with a full ring. */
export class SimulatedHost {
  readonly name: string;
  readonly #nc: NatsConnection;
  readonly #hasLog: boolean;
  readonly #pool: readonly (readonly (number | null)[])[];
  readonly #run = { e: randomBytes(16).toString('hex'), s: Date.now() };
  readonly #about: AboutBody;
  readonly #bornMs = Date.now();
  #seq = HELD;

  /** @param hasLog whether samples go to JetStream too */
  constructor(name: string, nc: NatsConnection, series: number, hasLog: boolean) {
    this.name = name;
    this.#nc = nc;
    this.#hasLog = hasLog;
    this.#pool = poolOf(series);
    this.#about = {
      ...this.#run,
      host: { label: name, facts: {}, labels: { bench: 'fleet' } },
      intervalMs: INTERVAL_MS,
      unitMs: UNIT_MS,
      c: `series-${series}`,
      catalogue: Array.from({ length: series }, (_, index) => ({
        name: `m${index}`,
        label: `Metric ${index}`,
        unit: 'bytes',
        kind: 'gauge',
        group: 'Bench',
        help: 'One of many.',
        source: 'bench',
      })),
      tables: [],
    };
  }

  start(): void {
    const subjects = subjectsOf(this.name);
    const answer = (
      question: 'replay' | 'about' | 'rate',
      reply: (text: string) => Iterable<unknown>,
    ): void => {
      this.#nc.subscribe(subjects.ask(question), {
        callback: (_error, message) => {
          for (const body of reply(message.string())) message.respond(JSON.stringify(body));
        },
      });
    };
    answer('about', () => [this.#about]);
    answer('rate', () => [{}]);
    answer('replay', (text) => this.#replay(text === '' ? {} : (JSON.parse(text) as ReplayRequest)));
    this.#send(subjects.about, this.#about);
    this.#beat();
  }

  /** Its next sample, whose first value is the time of its publishing. */
  tick(): void {
    this.#seq += 1;
    const { q, p, t, g, v } = this.#sample(this.#seq);
    const now = performance.timeOrigin + performance.now();
    const live: LiveBody = { ...this.#run, q, p, t, g, c: this.#about.c, v: [now, ...v.slice(1)] };
    const subjects = subjectsOf(this.name);
    this.#nc.publish(subjects.live, JSON.stringify(live));
    if (this.#seq % BEAT_EVERY === 0) this.#beat();
    if (!this.#hasLog || this.#seq % LOG_BATCH !== 0) return;
    const b = Array.from({ length: LOG_BATCH }, (_, index) =>
      this.#sample(this.#seq - LOG_BATCH + 1 + index),
    );
    const batch: BatchBody = { ...this.#run, c: this.#about.c, b };
    void jetstream(this.#nc)
      .publish(subjects.log, JSON.stringify(batch))
      .catch(() => {});
  }

  *#replay({ since, backfill }: ReplayRequest): Generator<ReplayBody, void> {
    const oldest = this.#seq - HELD + 1;
    const from =
      since?.epoch === this.#run.e
        ? since.seq + 1
        : backfill === undefined
          ? oldest
          : this.#seq - backfill + 1;
    let next = Math.max(oldest, from);
    do {
      const end = Math.min(next + REPLAY_BATCH, this.#seq + 1);
      const b = Array.from({ length: Math.max(0, end - next) }, (_, index) => this.#sample(next + index));
      next = Math.max(next, end);
      yield { ...this.#run, c: this.#about.c, b, oldest, done: next > this.#seq };
    } while (next <= this.#seq);
  }

  #sample(q: number): BatchBody['b'][number] {
    const t = this.#bornMs + (q - HELD) * INTERVAL_MS;
    const v = [...(this.#pool[(q * 7) % POOL_SIZE] ?? [])];
    return { q, p: q - 1, t, g: Math.floor(t / UNIT_MS), v };
  }

  #beat(): void {
    const beat: BeatBody = {
      ...this.#run,
      q: this.#seq,
      c: this.#about.c,
      summary: {
        label: this.name,
        labels: { bench: 'fleet' },
        intervalMs: INTERVAL_MS,
        minIntervalMs: UNIT_MS,
        bootedAtMs: this.#bornMs,
        ts: Date.now(),
        cpu: 12.5,
        memory: 40,
        disk: { name: '/', percent: 60 },
        network: { receive: 1000, send: 1000 },
        pressure: { name: 'cpu', percent: 1 },
        alerts: null,
      },
    };
    this.#send(subjectsOf(this.name).beat, beat);
  }

  #send(subject: string, body: unknown): void {
    this.#nc.publish(subject, JSON.stringify(body));
  }
}

/** Values as an agent has them: percentages with two decimals, byte counts, rates, some unknown. */
function poolOf(series: number): (number | null)[][] {
  let state = 12_345;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: POOL_SIZE }, () =>
    Array.from({ length: series }, (_, index) => {
      if (index % 40 === 39) return null;
      if (index % 3 === 0) return Math.round(random() * 10_000) / 100;
      return index % 3 === 1 ? Math.round(random() * 2 ** 33) : Math.round(random() * 1e6) / 10;
    }),
  );
}
