import type { SampleTable } from '../../../../shared/client/client-subscription.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { browserClock } from '../../../browser/browser-clock.ts';
import { fetchHistory } from '../../../client/fetch-history.ts';
import type { ClientAddress } from '../../../client/shared-clients.ts';
import type { TableSource } from '../feed/table-follower.ts';

/** A pointer that moves on asks for nothing. */
const PAUSE_MS = 150;
/** A table counts for a sample if it is at most this far from it. */
const NEAR_MS = 5000;
const MOST_TABLES = 100;

interface TableQuestion extends ClientAddress {
  readonly host: string | undefined;
  /** Distance of the points, ms: the table is that of the worst second in a step. */
  readonly stepMs: number;
}

/** Fetches the tables of times in the past, one at a time and only where the reader stays. */
export class HistoryTables {
  readonly #changed: () => void;
  readonly #clock: Clock;
  readonly #fetch: typeof fetchHistory;
  #question: TableQuestion | null = null;
  #live: TableSource | null = null;
  #source: TableSource | null = null;
  #endMs: number | null | undefined = undefined;
  /** By name and time, of the present question; `null` is not known. */
  readonly #fetched = new Map<string, SampleTable | null>();
  #wanted: { readonly name: string; readonly timestampMs: number } | null = null;
  #cancelWait: (() => void) | null = null;
  #abort: AbortController | null = null;

  /** @param changed called when a table came */
  constructor(changed: () => void, clock: Clock = browserClock, fetch: typeof fetchHistory = fetchHistory) {
    this.#changed = changed;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /**
   * The tables around the points of an answer; another object whenever one came.
   * @param live has the newest tables, and their descriptors
   * @param endMs the last point of a fixed range, whose table is the newest there; `null` if it has none; undefined for a window that goes on
   */
  of(question: TableQuestion, live: TableSource | null, endMs?: number | null): TableSource | null {
    if (JSON.stringify(question) !== JSON.stringify(this.#question)) {
      this.stop();
      this.#fetched.clear();
      this.#question = question;
      this.#source = null;
    }
    if (live !== this.#live || endMs !== this.#endMs) this.#source = null;
    this.#live = live;
    this.#endMs = endMs;
    if (live === null) return null;
    this.#source ??= {
      get hardware() {
        return live.hardware ?? {};
      },
      get descriptors() {
        return live.descriptors;
      },
      newest: (name) => {
        if (endMs === undefined) return live.newest(name);
        return endMs === null ? null : this.#at(name, endMs);
      },
      at: (name, timestampMs) => this.#at(name, timestampMs),
      isComing: (name, timestampMs) => !this.#fetched.has(keyOf(name, timestampMs)),
    };
    return this.#source;
  }

  /** Ends what is under way. */
  stop(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#abort?.abort();
    this.#abort = null;
  }

  #at(name: string, timestampMs: number): SampleTable | null {
    const known = this.#fetched.get(keyOf(name, timestampMs));
    if (known !== undefined) return known;
    this.#wanted = { name, timestampMs };
    if (this.#abort === null) this.#wait();
    return null;
  }

  #wait(): void {
    this.#cancelWait?.();
    this.#cancelWait = this.#clock.schedule(() => {
      this.#cancelWait = null;
      if (this.#wanted !== null && this.#question !== null) void this.#load(this.#wanted, this.#question);
    }, PAUSE_MS);
  }

  async #load(
    wanted: { readonly name: string; readonly timestampMs: number },
    question: TableQuestion,
  ): Promise<void> {
    const { name, timestampMs } = wanted;
    const abort = new AbortController();
    this.#abort = abort;
    this.#wanted = null;
    const endMs = timestampMs + Math.max(NEAR_MS, question.stepMs);
    let table: SampleTable | null = null;
    try {
      // Its shares cover the time before it, so prefer one made then or soon after.
      table =
        (await this.#tableIn(name, timestampMs, endMs, question, abort.signal)) ??
        (await this.#tableIn(name, timestampMs - NEAR_MS, timestampMs, question, abort.signal));
    } catch {
      // Not known, then: the charts say why the agent does not answer.
    }
    if (abort.signal.aborted) return;
    this.#abort = null;
    const [oldest] = this.#fetched.keys();
    if (this.#fetched.size >= MOST_TABLES && oldest !== undefined) this.#fetched.delete(oldest);
    this.#fetched.set(keyOf(name, timestampMs), table);
    this.#source = null;
    this.#changed();
    if (this.#wanted !== null) this.#wait();
  }

  async #tableIn(
    name: string,
    fromMs: number,
    toMs: number,
    { host, ...address }: TableQuestion,
    signal: AbortSignal,
  ): Promise<SampleTable | null> {
    const question = { host, metrics: [], tables: [name], fromMs, toMs, points: 1 };
    const { header } = await this.#fetch(address, question, signal);
    const found = header.tables?.find((table) => table.name === name);
    if (found === undefined) return null;
    // Another version of the agent may have had other columns.
    const columns = this.#live?.descriptors.find((table) => table.name === name)?.columns ?? found.columns;
    const places = columns.map((column) => found.columns.findIndex((one) => one.name === column.name));
    const rows = found.rows.map((row) => places.map((place) => row[place] ?? null));
    return { table: name, seq: 0, timestampMs: found.ts, rows };
  }
}

function keyOf(name: string, timestampMs: number): string {
  return `${timestampMs} ${name}`;
}
