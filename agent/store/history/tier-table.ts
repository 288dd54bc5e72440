import type { Tier } from '../sample-history.ts';
import { unpackPart } from './chunk.ts';
import type { PartNames } from './part-names.ts';
import type { Piece, SeriesStats, WholeChunk } from './piece.ts';
import { CHUNK_MS, ROLLUP_COLUMNS, ROW_MS, TIME_COLUMNS, TIME_PART } from './schema.ts';
import { unpackEntries, type TableEntry } from './table-archive.ts';
import { bytesIn, numberIn, placeholders, type Connection, type SqlRow, type Statement } from './sql.ts';

/** What all parts of a chunk say of it. */
export interface ChunkHead {
  readonly run: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly rows: number;
}

export interface ChunkPart {
  readonly part: number;
  readonly rows: number;
  /** The greatest of a table. */
  readonly weight: number | null;
  readonly data: Uint8Array;
}

export interface StoredPart extends ChunkHead, ChunkPart {
  readonly id: number;
  readonly chunk: number;
}

/** What is read of a part. */
interface ReadPart {
  readonly chunk: number;
  readonly part: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly rows: number;
  /** `null` for times that follow from the others. */
  readonly data: Uint8Array | null;
}

/** A chunk as it is on disk, with those of its parts that were asked for. Unpacks only the columns that are read. */
export class StoredChunk implements Piece {
  readonly id: number;
  readonly beginMs: number;
  readonly #endMs: number;
  readonly #rows: number;
  readonly #tier: Tier;
  readonly #data = new Map<number, Uint8Array | null>();
  /** The part of each series that may be read. */
  readonly #partOf: ReadonlyMap<number, number>;
  readonly #columns = new Map<number, Float64Array>();
  readonly #loaded = new Set<number>();
  #times: ReadonlyMap<number, Float64Array> | null = null;

  /**
   * @param parts of one chunk, that with the times among them
   * @param series the part of each series that may be read
   */
  constructor(tier: Tier, parts: readonly ReadPart[], series: ReadonlyMap<number, number>) {
    const times = parts.find(({ part }) => part === TIME_PART);
    if (times === undefined) throw new RangeError('a chunk has times');
    this.id = times.chunk;
    this.beginMs = times.beginMs;
    this.#endMs = times.endMs;
    this.#rows = times.rows;
    this.#tier = tier;
    this.#partOf = series;
    for (const { part, data } of parts) this.#data.set(part, data);
  }

  get timesMs(): Float64Array {
    const rowMs = ROW_MS[this.#tier];
    if (this.#tier === 'seconds' || this.#endMs - this.beginMs !== this.#rows * rowMs)
      return this.timeColumn('time');
    const times = new Float64Array(this.#rows);
    for (let row = 0; row < times.length; row += 1) times[row] = this.beginMs + row * rowMs;
    return times;
  }

  timeColumn(column: keyof typeof TIME_COLUMNS): Float64Array {
    this.#times ??= unpackPart(this.#data.get(TIME_PART) ?? new Uint8Array(0), this.#rows);
    return this.#times.get(TIME_COLUMNS[column]) ?? new Float64Array(this.#rows);
  }

  /** Unpacks these series. */
  load(series: readonly number[]): void {
    const wanted = new Map<number, Set<number>>();
    for (const id of series) {
      const part = this.#partOf.get(id);
      if (part === undefined || this.#loaded.has(id)) continue;
      this.#loaded.add(id);
      const ids = wanted.get(part) ?? new Set<number>();
      wanted.set(part, ids);
      if (this.#tier === 'seconds') ids.add(id);
      else for (let column = 0; column < 4; column += 1) ids.add(id * 4 + column);
    }
    for (const [part, ids] of wanted) {
      const data = this.#data.get(part);
      if (data === undefined || data === null) continue;
      for (const [id, column] of unpackPart(data, this.#rows, ids)) this.#columns.set(id, column);
    }
  }

  stats(series: number): SeriesStats | undefined {
    this.load([series]);
    if (this.#tier === 'seconds') {
      const values = this.#columns.get(series);
      return values && { min: values, mean: values, max: values, count: null };
    }
    const min = this.#columns.get(series * 4 + ROLLUP_COLUMNS.min);
    const mean = this.#columns.get(series * 4 + ROLLUP_COLUMNS.mean);
    const max = this.#columns.get(series * 4 + ROLLUP_COLUMNS.max);
    const count = this.#columns.get(series * 4 + ROLLUP_COLUMNS.count);
    if (min === undefined || mean === undefined || max === undefined || count === undefined) return undefined;
    return { min, mean, max, count };
  }
}

/** A chunk on disk with all it holds. */
export class StoredWholeChunk extends StoredChunk implements WholeChunk {
  readonly series: ReadonlyMap<number, number>;
  readonly tables: ReadonlyMap<number, readonly TableEntry[]>;

  constructor(tier: Tier, parts: readonly StoredPart[], names: PartNames) {
    const series = new Map<number, number>();
    const tables = new Map<number, readonly TableEntry[]>();
    for (const { part, rows, data } of parts) {
      if (names.tables.has(part)) tables.set(part, unpackEntries(data, rows));
      else if (part !== TIME_PART) {
        for (const id of unpackPart(data, rows).keys())
          series.set(tier === 'seconds' ? id : Math.floor(id / 4), part);
      }
    }
    super(tier, parts, series);
    this.load([...series.keys()]);
    this.series = series;
    this.tables = tables;
  }
}

const COLUMNS = 'id, chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, weight, data';

/** The chunks of one tier on disk. Knows nothing of what they hold. */
export class TierTable {
  readonly tier: Tier;
  readonly #connection: Connection;
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #oldest: Statement;
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
    this.#oldest = connection.prepare(
      `SELECT min(begin_ms) AS begin_ms FROM ${tier} WHERE part = ${TIME_PART}`,
    );
    this.#begins = connection.prepare(
      `SELECT begin_ms FROM ${tier} WHERE part = ${TIME_PART} AND begin_ms >= ? AND begin_ms < ? ORDER BY begin_ms LIMIT ?`,
    );
    this.#newest = connection.prepare(`SELECT max(id) AS id FROM ${tier}`);
  }

  /** Time of the oldest row, Unix ms. */
  get oldestMs(): number | null {
    const row = this.#oldest.get();
    return row === undefined || row['begin_ms'] === null ? null : numberIn(row, 'begin_ms');
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
    const rows = this.#connection
      .prepare(
        `SELECT ${COLUMNS} FROM ${this.tier} WHERE id >= ? AND id < ? AND chunk = ? AND part IN (${placeholders(parts.length)}) ORDER BY id`,
      )
      .all(id, id + MAX_PARTS, id, ...parts)
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
    const all = this.#connection.prepare(
      `SELECT ${COLUMNS} FROM ${this.tier} WHERE id >= ? AND id < ? AND chunk = ? ORDER BY id`,
    );
    return ids.flatMap((row) => {
      const id = numberIn(row, 'id');
      const parts = all.all(id, id + MAX_PARTS, id).map(storedPart);
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

function storedPart(row: SqlRow): StoredPart {
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
