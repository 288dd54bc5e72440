import type { SampleTable, SubscriptionRequest } from '../../../../shared/client/client-subscription.ts';
import type { MetricsClient } from '../../../../shared/client/metrics-client.ts';
import { findHost, type Welcome } from '../../../../shared/client/welcome.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';

/** A table counts for a time if it is at most this far from it: the larger of the two. */
const NEAR_MS = 5000;
const NEAR_INTERVALS = 3;
/** What is followed at least, however little the charts show: each row has its last minute. */
const KEPT_MS = 60_000;
const USUAL_INTERVAL_MS = 1000;
const NONE: Subscribed['tables'] = [];

export interface TableSource {
  /** The requested tables that the agent has. */
  readonly descriptors: Subscribed['tables'];
  newest(name: string): SampleTable | null;
  /**
   * The table for `timestampMs`: the first one made then or soon after, since its shares cover the time before it, else the last one
   * before; `null` if none is near.
   */
  at(name: string, timestampMs: number): SampleTable | null;
  /** The tables held of a stretch of time, oldest first; absent where they are not at hand. */
  between?(name: string, fromMs: number, toMs: number): readonly SampleTable[];
  /** Of the host, as far as known. */
  readonly hardware?: { readonly cores?: number | undefined; readonly memoryTotalBytes?: number | undefined };
  /** Whether the table of that time may yet come. */
  isComing?(name: string, timestampMs: number): boolean;
}

/** Host and interval are those of the panel's series. */
export interface TableRequest extends SubscriptionRequest {
  readonly tables: readonly string[];
  readonly backfill: number;
}

/**
 * Follows tables in a second subscription, next to that of the panel's series. Requests only tables that the agent has, so that an agent without
 * tables still shows charts. Keeps the tables of the time that the charts show.
 */
export class TableFollower implements TableSource {
  readonly #client: MetricsClient;
  readonly #request: TableRequest;
  readonly #changed: () => void;
  /** The requested tables that the host has, as it introduced them. */
  #followed: Subscribed['tables'] = NONE;
  readonly #unlisten: () => void;
  #unsubscribe: () => void = () => {};
  #announcement: Subscribed | null = null;
  /** Ascending in time; another array after each change. */
  #held: readonly SampleTable[] = [];
  /** Used until the backfill has arrived. */
  #before: TableSource | null;
  hardware: NonNullable<TableSource['hardware']> = {};
  /** Whether it has tables, and all of the past that it will get. */
  isFilled = false;

  /**
   * @param changed called when a table arrived, or the descriptors changed
   * @param before the tables shown so far
   */
  constructor(
    client: MetricsClient,
    request: TableRequest,
    changed: () => void,
    before: TableSource | null = null,
  ) {
    this.#before = before;
    this.#client = client;
    const least = Math.ceil(KEPT_MS / (request.intervalMs ?? USUAL_INTERVAL_MS));
    this.#request = { ...request, backfill: Math.max(request.backfill, least) };
    this.#changed = changed;
    this.#unlisten = client.onWelcome((welcome) => this.#welcomed(welcome));
  }

  /** Ends the subscription; the tables held stay. */
  stop(): void {
    this.#unlisten();
    this.#unsubscribe();
  }

  get descriptors(): Subscribed['tables'] {
    return this.#before?.descriptors ?? this.#announcement?.tables ?? this.#followed;
  }

  newest(name: string): SampleTable | null {
    return this.snapshot().newest(name);
  }

  at(name: string, timestampMs: number): SampleTable | null {
    return this.snapshot().at(name, timestampMs);
  }

  between(name: string, fromMs: number, toMs: number): readonly SampleTable[] {
    return this.snapshot().between?.(name, fromMs, toMs) ?? [];
  }

  /** The tables held, which later ones do not change. */
  snapshot(): TableSource {
    if (this.#before !== null) return this.#before;
    const held = this.#held;
    const nearMs = this.#nearMs;
    return {
      descriptors: this.descriptors,
      newest: (name) => newestOf(held, name),
      at: (name, timestampMs) => tableAt(held, name, timestampMs, nearMs),
      between: (name, fromMs, toMs) =>
        held.filter((one) => one.table === name && one.timestampMs >= fromMs && one.timestampMs <= toMs),
      hardware: this.hardware,
    };
  }

  get #nearMs(): number {
    return Math.max(NEAR_MS, NEAR_INTERVALS * (this.#announcement?.intervalMs ?? 0));
  }

  #welcomed(welcome: Welcome): void {
    const host = findHost(welcome, this.#request.host);
    const tables = host?.tables ?? [];
    this.hardware = host?.facts ?? {};
    const present = this.#request.tables.flatMap((name) => tables.find((table) => table.name === name) ?? []);
    if (present.length === 0) this.#before = null;
    const isSame = namesOf(present).join() === namesOf(this.#followed).join();
    this.#followed = present;
    if (isSame) return;
    this.#unsubscribe();
    this.#announcement = null;
    this.#held = [];
    this.isFilled = false;
    this.#unsubscribe = present.length === 0 ? () => {} : this.#subscribe(namesOf(present));
    this.#changed();
  }

  #subscribe(tables: readonly string[]): () => void {
    return this.#client.subscribe(
      { ...this.#request, tables },
      {
        subscribed: (announcement) => {
          // The rows held belong to the old columns.
          if (JSON.stringify(announcement.tables) !== JSON.stringify(this.#announcement?.tables))
            this.#held = [];
          this.#announcement = announcement;
          this.#changed();
        },
        table: (table) => this.#add(table),
        sample: ({ seq, timestampMs }) => {
          this.#forgetBefore(timestampMs);
          if (this.isFilled || seq < (this.#announcement?.seq ?? 0)) return;
          this.#before = null;
          this.isFilled = this.#held.length > 0;
          this.#changed();
        },
        gap: () => {},
        refused: () => {
          this.#before = null;
          this.#announcement = null;
          this.#changed();
        },
      },
    );
  }

  #add(table: SampleTable): void {
    // The host's clock may have been set back.
    const isEarlier = (one: SampleTable): boolean =>
      one.table !== table.table || one.timestampMs < table.timestampMs;
    this.#held = [...this.#held.filter(isEarlier), table];
    this.#changed();
  }

  /** Keeps the newest of each table, and those of the time that the charts show or near it. */
  #forgetBefore(newestMs: number): void {
    const fromMs = newestMs - this.#request.backfill * (this.#announcement?.intervalMs ?? 0) - NEAR_MS;
    if ((this.#held[0]?.timestampMs ?? fromMs) >= fromMs) return;
    this.#held = this.#held.filter((one) => one.timestampMs >= fromMs || one === this.newest(one.table));
  }
}

function namesOf(tables: Subscribed['tables']): readonly string[] {
  return tables.map(({ name }) => name);
}

function newestOf(held: readonly SampleTable[], name: string): SampleTable | null {
  return held.findLast(({ table }) => table === name) ?? null;
}

function tableAt(
  held: readonly SampleTable[],
  name: string,
  timestampMs: number,
  nearMs: number,
): SampleTable | null {
  const near = held.filter((one) => one.table === name && Math.abs(one.timestampMs - timestampMs) <= nearMs);
  return near.find((one) => one.timestampMs >= timestampMs) ?? near.at(-1) ?? null;
}
