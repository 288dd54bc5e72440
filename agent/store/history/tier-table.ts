import type { Tier } from '../sample-history.ts';
import type { PartNames } from './part-names.ts';
import { CHUNK_MS, ROW_MS, TIME_PART } from './schema.ts';
import { bytesIn, numberIn, placeholders, type Connection, type SqlRow, type Statement } from './sql.ts';
import {
  StoredChunk,
  StoredWholeChunk,
  type ChunkHead,
  type ChunkPart,
  type ReadPart,
  type StoredPart,
} from './stored-chunk.ts';

const COLUMNS = 'id, chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, weight, data';

/** The chunks of one tier on disk. Knows nothing of what they hold. */
export class TierTable {
  readonly tier: Tier;
  readonly #connection: Connection;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #oldest: Statement;
  readonly #first: Statement;
  readonly #begins: Statement;
  readonly #newest: Statement;
  /** By number of parts. */
  readonly #reads = new Map<number, Statement>();

  constructor(connection: Connection, tier: Tier) {
    this.tier = tier;
    this.#connection = connection;
    this.#insert = connection.prepare(
      `INSERT INTO ${tier}(${COLUMNS}) VALUES (${placeholders(COLUMNS.split(',').length)})`,
    );
    this.#delete = connection.prepare(`DELETE FROM ${tier} WHERE id >= ? AND chunk = ? AND id < ?`);
    this.#oldest = connection.prepare(`SELECT begin_ms FROM ${tier} ORDER BY id LIMIT 1`);
    this.#first = connection.prepare(
      `SELECT id, begin_ms FROM ${tier} WHERE part = ${TIME_PART} AND begin_ms > ? AND end_ms > ? ORDER BY begin_ms LIMIT 1`,
    );
    this.#begins = connection.prepare(
      `SELECT begin_ms FROM ${tier} WHERE part = ${TIME_PART} AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms LIMIT ?`,
    );
    this.#newest = connection.prepare(`SELECT max(id) AS id FROM ${tier}`);
  }

  /** Time of the first row that ends after `fromMs`, Unix ms. @throws what reading a chunk throws */
  firstFrom(fromMs: number): number | null {
    let afterMs = fromMs - CHUNK_MS[this.tier];
    for (;;) {
      const row = this.#first.get(afterMs, fromMs);
      if (row === undefined) return null;
      const beginMs = numberIn(row, 'begin_ms');
      if (beginMs >= fromMs) return beginMs;
      // It may have rows before and after an absence.
      const times = this.chunk(numberIn(row, 'id'), new Map())?.timesMs;
      const found = times?.find((timeMs) => timeMs + ROW_MS[this.tier] > fromMs);
      if (found !== undefined) return found;
      afterMs = beginMs;
    }
  }

  /** When the chunk begins that was written first, Unix ms: not the earliest where a host without a clock booted in 1970. */
  get oldestMs(): number | null {
    const row = this.#oldest.get();
    return row === undefined ? null : numberIn(row, 'begin_ms');
  }

  /** The greatest id, 0 if there is none. */
  get newestId(): number {
    const row = this.#newest.get();
    return row === undefined || row['id'] === null ? 0 : numberIn(row, 'id');
  }

  /** When the next chunks from `fromMs` to `toMs` begin, at most `limit`, ascending. */
  begins(fromMs: number, toMs: number, limit: number): number[] {
    return this.#begins.all(fromMs, toMs, limit).map((row) => numberIn(row, 'begin_ms'));
  }

  /** @param parts the times first. Their ids are `id` and those after it */
  insert(
    id: number,
    { run, beginMs, endMs, firstSeq, lastSeq }: ChunkHead,
    parts: readonly ChunkPart[],
  ): void {
    parts.forEach(({ part, rows, weight, data }, index) =>
      this.#insert.run(id + index, id, part, run, beginMs, endMs, firstSeq, lastSeq, rows, weight, data),
    );
  }

  /** Deletes a chunk; nothing if it is no longer there. */
  delete(chunk: number): void {
    this.#delete.run(chunk, chunk, chunk + MAX_PARTS);
  }

  /**
   * The chunks that begin in a range, oldest first, with those parts that `series` are in.
   * @param series the part of each
   */
  chunks(fromMs: number, toMs: number, series: ReadonlyMap<number, number>): StoredChunk[] {
    const parts = [...new Set([TIME_PART, ...series.values()])];
    const known = this.#reads.get(parts.length);
    const read = known ?? this.#connection.prepare(this.#readSql(parts.length));
    if (known === undefined) this.#reads.set(parts.length, read);
    return this.#assemble(read.all(...parts, fromMs, toMs).map(readPart), series);
  }

  /** The chunks that begin in a range, with all they hold, oldest first. */
  wholeIn(fromMs: number, toMs: number, names: PartNames): StoredWholeChunk[] {
    return this.#wholeWhere('begin_ms >= ? AND begin_ms < ?', [fromMs, toMs], names);
  }

  /** The chunks whose id is greater, with all they hold, oldest first. */
  wholeAfter(id: number, names: PartNames): StoredWholeChunk[] {
    return this.#wholeWhere('id > ?', [id], names);
  }

  /** What is known of the newest chunk. */
  newestHead(): Pick<StoredPart, 'chunk' | 'run' | 'endMs' | 'lastSeq'> | undefined {
    const row = this.#connection
      .prepare(
        // Without the plus, SQLite reads and sorts all of that part.
        `SELECT chunk, run, end_ms, last_seq FROM ${this.tier} WHERE +part = ${TIME_PART} ORDER BY id DESC LIMIT 1`,
      )
      .get();
    return (
      row && {
        chunk: numberIn(row, 'chunk'),
        run: numberIn(row, 'run'),
        endMs: numberIn(row, 'end_ms'),
        lastSeq: numberIn(row, 'last_seq'),
      }
    );
  }

  /** Chunks of a run with samples after `afterSeq` and up to `upToSeq`. */
  chunksOfRun(
    run: number,
    afterSeq: number,
    upToSeq: number,
  ): { readonly id: number; readonly firstSeq: number }[] {
    return this.#connection
      .prepare(
        `SELECT id, first_seq FROM ${this.tier} WHERE part = ${TIME_PART} AND run = ? AND last_seq > ? AND first_seq <= ?`,
      )
      .all(run, afterSeq, upToSeq)
      .map((row) => ({ id: numberIn(row, 'id'), firstSeq: numberIn(row, 'first_seq') }));
  }

  /** One chunk with those parts that `series` are in; `undefined` if it is no longer there. */
  chunk(id: number, series: ReadonlyMap<number, number>): StoredChunk | undefined {
    const parts = [...new Set([TIME_PART, ...series.values()])];
    const { tier } = this;
    const rows = this.#connection
      .prepare(`${ofChunk(tier)} AND +part IN (${placeholders(parts.length)}) ORDER BY id`)
      .all(id, id, id + MAX_PARTS, id, ...parts)
      .map(storedPart);
    return this.#assemble(rows, series)[0];
  }

  /**
   * When the chunks that touch a range begin and end.
   * @param rowMs the distance of their rows, at least
   */
  bounds(
    fromMs: number,
    toMs: number,
    rowMs: number,
  ): { readonly firstMs: number; readonly lastMs: number }[] {
    return this.#connection
      .prepare(
        `SELECT begin_ms, end_ms FROM ${this.tier} WHERE part = ${TIME_PART} AND begin_ms > ? AND begin_ms < ?`,
      )
      .all(fromMs - CHUNK_MS[this.tier], toMs)
      .map((row) => ({ firstMs: numberIn(row, 'begin_ms'), lastMs: numberIn(row, 'end_ms') - rowMs }));
  }

  /** The parts of tables whose chunks touch a range, the greatest weight first. */
  weights(
    fromMs: number,
    toMs: number,
    parts: readonly number[],
  ): { readonly id: number; readonly part: number; readonly rows: number; readonly weight: number }[] {
    return this.#connection
      .prepare(
        `SELECT id, part, rows, weight FROM ${this.tier} WHERE part IN (${placeholders(parts.length)}) AND begin_ms > ? AND begin_ms < ? AND end_ms > ? ORDER BY weight DESC, id`,
      )
      .all(...parts, fromMs - CHUNK_MS[this.tier], toMs, fromMs)
      .map((row) => ({
        id: numberIn(row, 'id'),
        part: numberIn(row, 'part'),
        rows: numberIn(row, 'rows'),
        weight: numberIn(row, 'weight'),
      }));
  }

  /** The bytes of a part; `undefined` if it is no longer there. */
  dataOf(id: number): Uint8Array | undefined {
    const row = this.#connection.prepare(`SELECT data FROM ${this.tier} WHERE id = ?`).get(id);
    return row && bytesIn(row, 'data');
  }

  /** Without an order, since SQLite would copy all the bytes to sort them. */
  #readSql(parts: number): string {
    const { tier } = this;
    const followTimes =
      tier === 'seconds' ? '0' : `part = ${TIME_PART} AND end_ms - begin_ms = rows * ${ROW_MS[tier]}`;
    return `SELECT chunk, part, begin_ms, end_ms, rows, CASE WHEN ${followTimes} THEN NULL ELSE data END AS data
      FROM ${tier} WHERE part IN (${placeholders(parts)}) AND begin_ms >= ? AND begin_ms < ?`;
  }

  #wholeWhere(condition: string, values: readonly number[], names: PartNames): StoredWholeChunk[] {
    const ids = this.#connection
      .prepare(`SELECT id FROM ${this.tier} WHERE part = ${TIME_PART} AND ${condition} ORDER BY id`)
      .all(...values);
    const all = this.#connection.prepare(`${ofChunk(this.tier)} ORDER BY id`);
    return ids.flatMap((row) => {
      const id = numberIn(row, 'id');
      const parts = all.all(id, id, id + MAX_PARTS, id).map(storedPart);
      return parts.length === 0 ? [] : [new StoredWholeChunk(this.tier, parts, names)];
    });
  }

  /** Chunks in the order in which they were written. */
  #assemble(parts: readonly ReadPart[], series: ReadonlyMap<number, number>): StoredChunk[] {
    return [...byChunk(parts).values()]
      .filter((own) => own.some(({ part }) => part === TIME_PART))
      .map((own) => new StoredChunk(this.tier, own, series))
      .toSorted((one, other) => one.id - other.id);
  }
}

/** No chunk has more. */
const MAX_PARTS = 100_000;

/**
 * Reads the parts of a chunk: its id twice, the greatest that they may have, and its id again. Looks at the rows from one chunk to the next alone; the plus
 * keeps SQLite from looking through all chunks by their parts.
 */
function ofChunk(tier: Tier): string {
  const next = `SELECT id FROM ${tier} WHERE id > ? AND +part = ${TIME_PART} ORDER BY id LIMIT 1`;
  return `SELECT ${COLUMNS} FROM ${tier} WHERE id >= ? AND id < coalesce((${next}), ?) AND chunk = ?`;
}

function byChunk<Part extends ReadPart>(parts: readonly Part[]): Map<number, Part[]> {
  const chunks = new Map<number, Part[]>();
  for (const part of parts) {
    const own = chunks.get(part.chunk);
    if (own === undefined) chunks.set(part.chunk, [part]);
    else own.push(part);
  }
  return chunks;
}

function readPart(row: SqlRow): ReadPart {
  return {
    chunk: numberIn(row, 'chunk'),
    part: numberIn(row, 'part'),
    beginMs: numberIn(row, 'begin_ms'),
    endMs: numberIn(row, 'end_ms'),
    rows: numberIn(row, 'rows'),
    data: row['data'] === null ? null : bytesIn(row, 'data'),
  };
}

/** A row with all columns. @throws HistoryError */
export function storedPart(row: SqlRow): StoredPart {
  return {
    id: numberIn(row, 'id'),
    chunk: numberIn(row, 'chunk'),
    part: numberIn(row, 'part'),
    run: numberIn(row, 'run'),
    beginMs: numberIn(row, 'begin_ms'),
    endMs: numberIn(row, 'end_ms'),
    firstSeq: numberIn(row, 'first_seq'),
    lastSeq: numberIn(row, 'last_seq'),
    rows: numberIn(row, 'rows'),
    weight: row['weight'] === null ? null : numberIn(row, 'weight'),
    data: bytesIn(row, 'data'),
  };
}

/** A multiple of a tier's longest chunk: all chunks of a time are between two of them. */
export function windowOf(tier: Tier, timeMs: number): number {
  return Math.floor(timeMs / CHUNK_MS[tier]) * CHUNK_MS[tier];
}
