import { matchesGlob } from '../protocol/globs.ts';
import type { Gap, Metrics, Subscribed, Table, Welcome } from '../protocol/messages.ts';
import { MessageError } from '../protocol/wire-json.ts';
import type { SubscribeRequest } from './transport.ts';

/** One sample of a subscription; `values` in the order of the `series` that were announced last. */
export interface Sample {
  readonly seq: number;
  /** Unix ms on the host's clock. */
  readonly timestampMs: number;
  readonly values: readonly (number | null)[];
}

/** A stretch of time whose samples will not come. Unix ms on the host's clock. */
export interface SampleGap {
  /** The numbers that will not come, both included; where no sample was taken, `to` is `from` - 1. */
  readonly from: number;
  readonly to: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** `agent_restart`, `evicted`, `stall`, `suspend`, `unknown_position`, `slow`, `host_down`; later agents may know more. */
  readonly reason: string;
}

/** Rows that belong to a sample. */
export interface SampleTable {
  /** The table's name. */
  readonly table: string;
  /** Those of the sample that it was made with. */
  readonly seq: number;
  readonly timestampMs: number;
  /** Cells in the order of the columns that were announced. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

type Catalogue = Welcome['catalogue'];

export interface SubscriptionRequest {
  /** Names and globs. Those that the agent does not have, or does not show, are done without until it has them. */
  readonly metrics: readonly string[];
  /** Names of tables. */
  readonly tables?: readonly string[];
  /** Left out: the agent's own host. */
  readonly host?: string;
  /** Left out: the agent's own interval. */
  readonly intervalMs?: number;
  /** Past samples wanted first; after a reconnect exactly the missed ones come instead. */
  readonly backfill?: number;
}

/** Everything here comes in the order of time; between two samples without a gap nothing is missing. */
export interface SubscriptionListener {
  /** The series and interval of what follows. Called again after each reconnect, and when what a glob names has changed. */
  subscribed(announcement: Subscribed): void;
  /** Called once per sample. */
  sample(sample: Sample): void;
  /** A table; the sample that it belongs to, or a later one, follows. */
  table?(table: SampleTable): void;
  /** What is missing, and why; the samples after it follow. */
  gap(gap: SampleGap): void;
  /** The agent refused the subscription; it is tried again after the next reconnect, or when the agent has something of what it asks for. */
  refused(error: SubscriptionError): void;
}

export interface SubscriptionError {
  readonly error: string;
  readonly code: string;
}

interface ReachedPosition {
  readonly epoch: string;
  seq: number;
  ts: number;
}

/**
 * One subscription over all connections of a client: where it stands (epoch, seq), and the proof that nothing was lost
 * on the way (RT-9).
 */
export class ClientSubscription {
  readonly sub: string;
  readonly #request: SubscriptionRequest;
  readonly #listener: SubscriptionListener;
  #announcement: Subscribed | null = null;
  #position: ReachedPosition | null = null;
  /** `seq` that the next frame has to name as its `prev`. */
  #lastSeq = 0;
  #isRefused = false;
  /** The names and globs that are asked for: all, until the agent does not know one; none where it has none of them. */
  #asked: readonly string[];
  /** It was refused for a name that the agent does not have; which others it has is not known yet. */
  #unknown: SubscriptionError | null = null;

  constructor(sub: string, request: SubscriptionRequest, listener: SubscriptionListener) {
    this.sub = sub;
    this.#request = request;
    this.#listener = listener;
    this.#asked = request.metrics;
  }

  /** The message that begins or continues it: from the position reached, else with the backfill. */
  toRequest(): SubscribeRequest {
    const { host, metrics, tables, intervalMs, backfill } = this.#request;
    const past = this.#position === null ? backfill && { backfill } : { since: { ...this.#position } };
    return {
      action: 'subscribe',
      sub: this.sub,
      id: this.sub,
      metrics: [...(this.#asked.length > 0 ? this.#asked : metrics)],
      ...(tables === undefined ? {} : { tables: [...tables] }),
      ...(host === undefined ? {} : { host }),
      ...(intervalMs === undefined ? {} : { intervalMs }),
      ...past,
    };
  }

  /** What still comes belongs to a question that was taken back: it is dropped until the next announcement. */
  suspend(): void {
    this.#announcement = null;
  }

  announced(announcement: Subscribed): void {
    this.#announcement = announcement;
    this.#lastSeq = this.#position?.epoch === announcement.epoch ? this.#position.seq : 0;
    this.#listener.subscribed(announcement);
  }

  /** @returns whether it continues what came before; if not, it was not taken, and has to be asked for again */
  sampled({ seq, prev, ts, values }: Metrics): boolean {
    if (this.#announcement === null) return true;
    if (values.length !== this.#announcement.series.length) {
      throw new MessageError('invalid_message', 'Invalid values: not as many as there are series');
    }
    if (prev !== this.#lastSeq || seq <= prev) return false;
    this.#lastSeq = seq;
    this.#position = { epoch: this.#announcement.epoch, seq, ts };
    this.#listener.sample({ seq, timestampMs: ts, values });
    return true;
  }

  tabled({ table, seq, ts, rows }: Table): void {
    if (this.#announcement !== null) this.#listener.table?.({ table, seq, timestampMs: ts, rows });
  }

  gap({ from, to, fromTs, toTs, reason }: Gap): void {
    if (this.#announcement === null) return;
    this.#lastSeq = to;
    this.#listener.gap({ from, to, fromMs: fromTs, toMs: toTs, reason });
  }

  /**
   * All or nothing is the agent's rule: what it has is asked for without the rest, once it has said what that is.
   * @param catalogue `null` before that
   * @returns whether it is to be asked for again, with less
   */
  refused(error: SubscriptionError, catalogue: Catalogue | null): boolean {
    this.#isRefused = true;
    if (error.code !== 'unknown_metric') {
      this.#listener.refused(error);
      return false;
    }
    this.#unknown = error;
    return catalogue !== null && this.look(catalogue);
  }

  /**
   * Looks for what was done without so far.
   * @returns whether it is to be asked for again, with more, or with anything at all
   */
  look(catalogue: Catalogue): boolean {
    const unknown = this.#unknown;
    const { metrics } = this.#request;
    this.#unknown = null;
    if (unknown === null && this.#asked.length === metrics.length) return false;
    const isThere = (pattern: string): boolean => catalogue.some(({ name }) => matchesGlob(pattern, name));
    const present = metrics.filter(
      (pattern) => (unknown === null && this.#asked.includes(pattern)) || isThere(pattern),
    );
    const isOther = present.length > 0 && present.join() !== this.#asked.join();
    this.#asked = present;
    if (isOther) this.#isRefused = false;
    else if (unknown !== null) this.#listener.refused(unknown);
    return isOther;
  }

  /** The agent refused it, and would again. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The next agent may know better. */
  forgive(): void {
    this.#isRefused = false;
  }
}
