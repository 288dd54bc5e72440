import { matchesGlob } from '../protocol/globs.ts';
import type { AlertMessage, Gap, Metrics, Position, Subscribed, Table } from '../protocol/messages.ts';
import { MessageError } from '../protocol/wire-json.ts';
import type { SubscribeRequest } from './transport.ts';
import { findHost, type Welcome } from './welcome.ts';

/** One sample of a subscription; `values` in the order of the last announced `series`. */
export interface Sample {
  readonly seq: number;
  /** Unix ms on the host's clock. */
  readonly timestampMs: number;
  readonly values: readonly (number | null)[];
}

/** A range of samples that will not arrive. */
export interface SampleGap {
  /** First and last missing `seq`; `to` is `from` - 1 if no sample was taken. */
  readonly from: number;
  readonly to: number;
  /** Times of the samples before and after, Unix ms on the host's clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `agent_restart`, `evicted`, `stall`, `suspend`, `unknown_position`, `slow`, `host_down`; later agents may add some. */
  readonly reason: string;
}

/** A table of a sample. */
export interface SampleTable {
  readonly table: string;
  /** `seq` and time of its sample. */
  readonly seq: number;
  readonly timestampMs: number;
  /** Cells in the order of the announced columns. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface SubscriptionRequest {
  /** Names and globs. Those that the agent does not have, or does not show, are omitted until it does. */
  readonly metrics: readonly string[];
  readonly tables?: readonly string[];
  /** Id of a host, or its label if no other has the same; default: the first. */
  readonly host?: string | undefined;
  /** Default: the agent's own interval. */
  readonly intervalMs?: number | undefined;
  /** Whether to receive each sample that is taken, also those between that only others asked for. */
  readonly every?: boolean;
  /** Receive samples several at a time, about so often: 50 to 5000 ms. Nothing is late until that has passed, too. */
  readonly batchMs?: number;
  /** Whether to receive what alerts do on the host. */
  readonly alerts?: boolean;
  /** How many past samples to receive first; after a reconnect, exactly the missed samples come instead. */
  readonly backfill?: number;
  /** The sample to continue after, instead of a backfill. */
  readonly since?: Position;
}

/** Alerts of the subscription's host. */
export type ToldAlerts = Pick<AlertMessage, 'host' | 'complete' | 'alerts' | 'lines'>;

/** Called in the order of time; between two samples without a gap, nothing is missing. */
export interface SubscriptionListener {
  /** The series and interval of what follows. Called again after each reconnect, and when the matches of a glob change. */
  subscribed(announcement: Subscribed): void;
  sample(sample: Sample): void;
  /** Its sample, or a later one, follows. */
  table?(table: SampleTable): void;
  /** What alerts do, each as it is now; `complete` replaces everything told before. */
  alerts?(told: ToldAlerts): void;
  /** The samples after the gap follow. */
  gap(gap: SampleGap): void;
  /** The agent refused the subscription; it is retried after the next reconnect, or when the agent has some of the requested metrics. */
  refused(error: SubscriptionError): void;
}

export interface SubscriptionError {
  readonly error: string;
  readonly code: string;
}

/** One subscription over all connections of a client: its position (epoch, seq), and the proof that no sample was lost (RT-9). */
export class ClientSubscription {
  readonly sub: string;
  readonly #request: SubscriptionRequest;
  readonly #listener: SubscriptionListener;
  #announcement: Subscribed | null = null;
  #position: Position | null;
  /** Expected `prev` of the next frame. */
  #lastSeq = 0;
  #isRefused = false;
  /** Id of the last request over this connection, until it is answered. An agent may leave those before it without an answer. */
  #asking: string | null = null;
  #repeats = 0;
  /** How often in a row its host was not known. */
  #unknownHostCount = 0;
  /** The names and globs last requested: all, until the agent refuses one; empty if it has none of them. */
  #asked: readonly string[];
  /** Refused for a name that the agent does not have; which of the others it has is not known yet. */
  #unknown: SubscriptionError | null = null;

  constructor(sub: string, request: SubscriptionRequest, listener: SubscriptionListener) {
    this.sub = sub;
    this.#request = request;
    this.#listener = listener;
    this.#position = request.since ?? null;
    this.#asked = request.metrics;
  }

  /** The message that begins or continues the subscription: from its position if it has one, else with the backfill. */
  toRequest(): SubscribeRequest {
    const { host, metrics, tables, intervalMs, every, batchMs, alerts, backfill } = this.#request;
    const past = this.#position === null ? backfill && { backfill } : { since: { ...this.#position } };
    return {
      action: 'subscribe',
      sub: this.sub,
      id: this.#asking ?? this.sub,
      metrics: [...(this.#asked.length > 0 ? this.#asked : metrics)],
      tables: tables && [...tables],
      host,
      intervalMs,
      ...(every === true ? { every } : {}),
      batchMs,
      ...(alerts === true ? { alerts } : {}),
      ...past,
    };
  }

  /** Drops everything until the next announcement, because it answers an outdated request. */
  suspend(): void {
    this.#announcement = null;
  }

  /** The request is about to be sent, and will be answered. */
  requested(): void {
    if (this.#asking !== null) this.#repeats += 1;
    this.#asking = this.#asking === null ? this.sub : `${this.sub}${REPEATED}${this.#repeats}`;
  }

  /** Another connection begins: it answers nothing that the one before was asked. */
  reconnecting(): void {
    this.#asking = null;
  }

  get unknownHostCount(): number {
    return this.#unknownHostCount;
  }

  announced(announcement: Subscribed): void {
    this.#unknownHostCount = 0;
    // Older than the last request, whose answer repeats the samples that follow this one.
    if (this.#isObsolete(announcement.id)) return;
    this.#announcement = announcement;
    this.#lastSeq = this.#position?.epoch === announcement.epoch ? this.#position.seq : 0;
    this.#listener.subscribed(announcement);
  }

  /** @returns whether the sample follows the previous one; if not, it was dropped and the caller has to subscribe again */
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

  alerted({ host, complete, alerts, lines }: AlertMessage): void {
    if (this.#announcement === null) return;
    this.#listener.alerts?.({ host, complete, alerts, ...(lines === undefined ? {} : { lines }) });
  }

  gap({ from, to, fromTs, toTs, reason }: Gap): void {
    if (this.#announcement === null) return;
    this.#lastSeq = to;
    this.#listener.gap({ from, to, fromMs: fromTs, toMs: toTs, reason });
  }

  /**
   * An agent refuses the whole subscription for one unknown name: subscribe again to the names that the host has.
   * @param welcome `null` if the agent has yet to send the host's catalogue
   * @returns whether to subscribe again, to fewer metrics
   */
  refused(error: SubscriptionError & Pick<Subscribed, 'id'>, welcome: Welcome | null): boolean {
    if (this.#isObsolete(error.id ?? this.sub)) return false;
    if (error.code !== 'unknown_metric') {
      this.ended(error);
      return false;
    }
    this.#isRefused = true;
    this.#unknown = error;
    return welcome !== null && this.look(welcome);
  }

  /** The agent refused the subscription, or ended it because the client's new token does not show it. */
  ended(error: SubscriptionError): void {
    this.#isRefused = true;
    if (error.code === 'unknown_host') this.#unknownHostCount += 1;
    // Request none until a catalogue of the host has some of the metrics.
    if (error.code === 'unknown_metric' || error.code === 'unknown_host') this.#asked = [];
    this.#listener.refused(error);
  }

  /**
   * Looks in the catalogue of the subscription's host for metrics that were not requested so far.
   * @returns whether to subscribe again, because there are more
   */
  look(welcome: Welcome): boolean {
    const catalogue = findHost(welcome, this.#request.host)?.catalogue ?? [];
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

  /** The agent refused this subscription and would again. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Tries again, with all that was asked for: the agent may accept it now, or the next connection is to one that does. */
  forgive(): void {
    this.#isRefused = false;
    if (this.#unknownHostCount > 0) this.#asked = this.#request.metrics;
  }

  /** Whether an answer is none to the last request. @param id what the agent announces by itself has none */
  #isObsolete(id: Subscribed['id']): boolean {
    if (this.#asking === null) return false;
    if (id !== this.#asking) return true;
    this.#asking = null;
    return false;
  }
}

/** Between the name of a subscription and the number of a request that was sent before the last was answered. */
const REPEATED = '#';

/** The subscription that an answer with this id is for. */
export function subOf(id: Subscribed['id']): string {
  return String(id).split(REPEATED, 1)[0] ?? '';
}
