import { createHash, randomBytes } from 'node:crypto';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { AlertView, HostSummary } from '../../shared/protocol/messages.ts';
import type { AboutBody, BatchBody, BeatBody, LiveBody, ReplayBody, ReplayRequest } from '../nats/bodies.ts';
import { subjectsOf } from '../nats/subjects.ts';
import { metric } from './fake-collector.ts';

/** What carries the messages of a published host. */
export interface Bus {
  publish(subject: string, body: object): void;
  /** Answers requests until it is undone. */
  answer(subject: string, respond: (question: unknown, send: (body: object) => void) => void): () => void;
}

const INTERVAL_MS = 1000;
const UNIT_MS = 100;
const BATCH = 60;

type Entry = BatchBody['b'][number];

/** One run of an agent that publishes, as a test scripts it: it takes samples only when it is told to. */
export class PublishedHost {
  readonly name: string;
  readonly epoch = randomBytes(16).toString('hex');
  readonly startedMs: number;
  catalogue: readonly MetricDescriptor[] = [metric('cpu'), metric('memory')];
  labels: Record<string, string> = {};
  /** What its ring holds. */
  ring: Entry[] = [];
  /** How many of them fit. */
  capacity = 9000;
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** Leases of faster samples. */
  readonly leases: unknown[] = [];
  alerts: AlertView[] | undefined;
  /** Whether questions are answered. */
  isSilent = false;
  #seq = 0;
  readonly #bus: Bus;
  readonly #undos: (() => void)[] = [];

  constructor(bus: Bus, name: string, startedMs = 1_700_000_000_000) {
    this.#bus = bus;
    this.name = name;
    this.startedMs = startedMs;
    this.connect();
  }

  get catalogueId(): string {
    return createHash('sha256')
      .update(this.catalogue.map(({ name }) => name).join(' '))
      .digest('hex')
      .slice(0, 16);
  }

  get seq(): number {
    return this.#seq;
  }

  /** Answers what it is asked. */
  connect(): void {
    const { ask } = subjectsOf(this.name);
    const answer = (
      question: Parameters<typeof ask>[0],
      respond: (asked: unknown, send: (body: object) => void) => void,
    ): void => {
      this.#undos.push(
        this.#bus.answer(ask(question), (asked, send) => {
          this.asked.push(question);
          if (!this.isSilent) respond(asked, send);
        }),
      );
    };
    answer('about', (_asked, send) => send(this.about()));
    answer('replay', (asked, send) => {
      for (const body of this.replay(asked as ReplayRequest)) send(body);
    });
    answer('rate', (asked, send) => {
      this.leases.push(asked);
      send({});
    });
  }

  /** Answers nothing more, as one that was killed. */
  disconnect(): void {
    for (const undo of this.#undos.splice(0)) undo();
  }

  /** Takes a sample into its ring, without telling anybody. Its values are its number. */
  take(more: Partial<Entry> = {}): Entry {
    this.#seq += 1;
    const q = this.#seq;
    const entry = {
      q,
      p: q - 1,
      t: this.startedMs + q * INTERVAL_MS,
      g: (q * INTERVAL_MS) / UNIT_MS,
      v: this.catalogue.map(() => q),
      ...more,
    };
    this.ring.push(entry);
    this.ring = this.ring.slice(-this.capacity);
    return entry;
  }

  live(entry: Entry, more: object = {}): LiveBody {
    return { e: this.epoch, s: this.startedMs, c: this.catalogueId, ...entry, ...more };
  }

  /** Takes a sample, and tells it. */
  sample(more: Partial<Entry> = {}): void {
    this.#bus.publish(subjectsOf(this.name).live, this.live(this.take(more)));
  }

  publish(kind: 'live' | 'beat' | 'about' | 'log', body: object): void {
    this.#bus.publish(subjectsOf(this.name)[kind], body);
  }

  beat(more: Partial<BeatBody> = {}): void {
    this.publish('beat', { ...this.beatBody(), ...more });
  }

  beatBody(): BeatBody {
    const { name, epoch: e, startedMs: s } = this;
    return {
      e,
      s,
      q: this.#seq,
      c: this.catalogueId,
      summary: this.summary(),
      alerts: this.alerts,
      label: name,
    } as BeatBody;
  }

  summary(): Omit<HostSummary, 'id' | 'via' | 'status' | 'epoch'> {
    return {
      label: `label of ${this.name}`,
      labels: this.labels,
      intervalMs: INTERVAL_MS,
      minIntervalMs: UNIT_MS,
      bootedAtMs: null,
      ts: this.ring.at(-1)?.t ?? null,
      cpu: this.#seq,
      memory: null,
      disk: null,
      network: null,
      pressure: null,
      alerts: null,
    };
  }

  about(): AboutBody {
    return {
      e: this.epoch,
      s: this.startedMs,
      host: { label: `label of ${this.name}`, labels: this.labels, facts: { cores: 4 } },
      intervalMs: INTERVAL_MS,
      unitMs: UNIT_MS,
      c: this.catalogueId,
      catalogue: [...this.catalogue],
      tables: [],
    };
  }

  batch(entries: readonly Entry[]): BatchBody {
    return { e: this.epoch, s: this.startedMs, c: this.catalogueId, b: [...entries] };
  }

  *replay({ since, backfill }: ReplayRequest): Generator<ReplayBody> {
    const width = this.catalogue.length;
    const whole = this.ring.map((entry) => ({ ...entry, v: entry.v.slice(0, width) }));
    const wanted =
      since?.epoch === this.epoch
        ? whole.filter(({ q }) => q > since.seq)
        : backfill === undefined || since !== undefined
          ? whole
          : whole.slice(-backfill);
    const oldest = this.ring[0]?.q ?? 0;
    for (let at = 0; at === 0 || at < wanted.length; at += BATCH) {
      const done = at + BATCH >= wanted.length;
      yield { ...this.batch(wanted.slice(at, at + BATCH)), oldest, done };
    }
  }
}
