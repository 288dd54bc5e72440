import type { GapLimit, HistoryGap, TimeRange } from '../sample-history.ts';
import { numberIn, textIn, type Connection, type SqlRow, type Statement } from './sql.ts';

/** A gap and the samples on either side, which belong to a run; the one before may be of an earlier run, with number 0. */
export interface StoredGap extends HistoryGap {
  readonly run: number;
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

/** Where the clock was set back, a gap has no length. */
const SHORTEST_MS = 1;
/** SQLite takes it for no limit. */
const ALL = -1;
const COLUMNS = 'run, from_ms, to_ms, reason, after_seq, before_seq';

/** Missing stretches and their causes, on disk and about to be written. */
export class Gaps {
  readonly #insert: Statement;
  readonly #touching: Statement;
  readonly #ofRun: Statement;
  #unsaved: StoredGap[] = [];

  constructor(connection: Connection) {
    this.#insert = connection.prepare(`INSERT INTO gap(${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`);
    this.#touching = connection.prepare(
      `SELECT ${COLUMNS} FROM gap WHERE to_ms > ? AND from_ms < ? AND to_ms - from_ms >= ? LIMIT ?`,
    );
    this.#ofRun = connection.prepare(
      `SELECT ${COLUMNS} FROM gap WHERE run = ? AND before_seq > ? AND before_seq <= ? AND after_seq > 0 ORDER BY after_seq, id`,
    );
  }

  add(gap: StoredGap): void {
    this.#unsaved.push(gap);
  }

  /** Forgets gaps that are not on disk yet and part of a greater one. */
  forgetWithin({ run, afterSeq, beforeSeq }: Pick<StoredGap, 'run' | 'afterSeq' | 'beforeSeq'>): void {
    this.#unsaved = this.#unsaved.filter(
      (gap) => gap.run !== run || gap.afterSeq < afterSeq || gap.beforeSeq > beforeSeq,
    );
  }

  /**
   * @param unfinished the first sample of the second that is not written yet; a gap before it waits, or after a kill it would end with a sample that
   * is not there
   * @returns what to call when all is committed
   */
  write(unfinished: { readonly run: number; readonly seq: number } | null): () => void {
    const written = new Set(
      this.#unsaved.filter(({ run, beforeSeq }) => run !== unfinished?.run || beforeSeq < unfinished.seq),
    );
    for (const { run, fromMs, toMs, reason, afterSeq, beforeSeq } of written)
      this.#insert.run(run, fromMs, toMs, reason, afterSeq, beforeSeq);
    return () => {
      this.#unsaved = this.#unsaved.filter((gap) => !written.has(gap));
    };
  }

  /** Oldest first. Where the clock was set back meanwhile, none is missing by the clock. */
  touching(range: TimeRange, limit?: GapLimit): HistoryGap[] {
    // There may be a hundred thousand, which would take a second to read.
    const some = this.#touchingOf(range, SHORTEST_MS, limit === undefined ? ALL : limit.most + 1);
    const isTooMany = limit !== undefined && some.length > limit.most;
    return (isTooMany ? this.#touchingOf(range, limit.elseMs, ALL) : some)
      .map((gap) => ({ fromMs: gap.fromMs, toMs: gap.toMs, reason: gap.reason }))
      .toSorted((one, other) => one.fromMs - other.fromMs || one.toMs - other.toMs);
  }

  #touchingOf({ fromMs, toMs }: TimeRange, leastMs: number, count: number): StoredGap[] {
    const own = this.#unsaved.filter(
      (gap) => gap.toMs > fromMs && gap.fromMs < toMs && gap.toMs - gap.fromMs >= leastMs,
    );
    return [...this.#touching.all(fromMs, toMs, leastMs, count).map(gapIn), ...own];
  }

  /**
   * Gaps of a run between two of its samples, oldest first: those that end with one of the samples after `fromSeq` up to `toSeq`.
   * @param afterSeq the newest sample that is known already
   */
  ofRun(run: number, afterSeq: number, fromSeq: number, toSeq: number): StoredGap[] {
    const own = this.#unsaved.filter(
      (gap) => gap.run === run && gap.beforeSeq > fromSeq && gap.beforeSeq <= toSeq && gap.afterSeq > 0,
    );
    return [...this.#ofRun.all(run, fromSeq, toSeq).map(gapIn), ...own].filter((gap) =>
      isAfter(gap, afterSeq),
    );
  }
}

/** As in the ring: of a gap that `seq` is in, only numbers missing after it count. */
function isAfter({ afterSeq, beforeSeq }: StoredGap, seq: number): boolean {
  return afterSeq >= seq || beforeSeq - 1 > seq;
}

function gapIn(row: SqlRow): StoredGap {
  return {
    run: numberIn(row, 'run'),
    fromMs: numberIn(row, 'from_ms'),
    toMs: numberIn(row, 'to_ms'),
    reason: textIn(row, 'reason'),
    afterSeq: numberIn(row, 'after_seq'),
    beforeSeq: numberIn(row, 'before_seq'),
  };
}
