import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { HistoryError } from '../sample-history.ts';
import { packPart, unpackPart } from './chunk.ts';
import type { PartNames } from './part-names.ts';
import type { Runs } from './runs.ts';
import { SecondsChunk } from './seconds-chunk.ts';
import type { SeriesDictionary } from './series-dictionary.ts';
import { FIRST_SERIES, TIME_COLUMNS } from './schema.ts';
import { bytesIn, numberIn, type Connection, type Statement } from './sql.ts';

/** What fits into two pages, and how much another page adds. */
const SLOT_BYTES = 1990;
const PAGE_BYTES = 1020;
/** Of a slot: generation and run (float64), number of the first sample (float64), rows, length of the data, length of the tables (u32). */
const HEAD_BYTES = 36;

const tablesSchema = v.array(
  v.tuple([
    v.number(),
    v.array(v.object({ timeMs: v.number(), seq: v.number(), weight: v.number(), rows: v.string() })),
  ]),
);

interface PieceHead {
  readonly generation: number;
  readonly run: number;
  readonly firstSeq: number;
  readonly rows: number;
}

interface Piece extends PieceHead {
  readonly data: Uint8Array;
  readonly tables: Uint8Array;
}

/**
 * Rows that no chunk on disk has yet, in pieces of a few seconds each, so that a killed agent loses no more than the last piece. They are written
 * into the same slots over and over: what keeps its length is written in place, and costs a third of what deleting and inserting does. Slots of an
 * earlier generation are empty.
 */
export class Tail {
  readonly #connection: Connection;
  readonly #put: Statement;
  #generation = 1;
  /** The slot to write next. */
  #next = 0;
  /** Of each slot. */
  readonly #lengths: number[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#put = connection.prepare(
      'INSERT INTO tail(id, data) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET data = excluded.data',
    );
  }

  /**
   * Writes the rows of chunks that no piece has. They count when all is committed, and are written again if not.
   * @param isNew whether a new tail begins, since all of the one before is in chunks
   * @returns what to call then
   */
  write(chunks: readonly SecondsChunk[], isNew: boolean): () => void {
    const generation = isNew ? this.#generation + 1 : this.#generation;
    const first = isNew ? 0 : this.#next;
    const unsaved = chunks
      .map((chunk) => ({ chunk, from: isNew ? 0 : chunk.savedRows, rows: chunk.rows }))
      .filter(({ from, rows }) => rows > from);
    const lengths = unsaved.map(({ chunk, from }, index) =>
      this.#writePiece(chunk, from, generation, first + index),
    );
    // Otherwise, nothing would tell that the earlier generation is over.
    if (isNew && unsaved.length === 0) {
      const nothing = new Uint8Array(0);
      lengths.push(this.#write({ generation, run: 0, firstSeq: 0, rows: 0 }, nothing, nothing, 0));
    }
    return () => {
      this.#generation = generation;
      this.#next = first + lengths.length;
      lengths.forEach((length, index) => (this.#lengths[first + index] = length));
      for (const { chunk, rows } of unsaved) chunk.savedRows = rows;
    };
  }

  #writePiece(chunk: SecondsChunk, from: number, generation: number, slot: number): number {
    const ids = [...chunk.series.keys()].toSorted((one, other) => one - other);
    const columns = ids.map((id) => chunk.stats(id)?.mean ?? new Float64Array(chunk.rows));
    const all = [chunk.timesMs, chunk.seqs, chunk.gridIndices, ...columns].map((column) =>
      column.slice(from),
    );
    const before = chunk.seqs[from - 1] ?? 0;
    const tables = [...chunk.tables].map(
      ([part, entries]) => [part, entries.filter(({ seq }) => seq > before)] as const,
    );
    const hasTables = tables.some(([, entries]) => entries.length > 0);
    const firstSeq = from === 0 ? chunk.firstSeq : before + 1;
    return this.#write(
      { generation, run: chunk.run, firstSeq, rows: chunk.rows - from },
      packPart([TIME_COLUMNS.time, TIME_COLUMNS.seq, TIME_COLUMNS.grid, ...ids], all),
      hasTables ? deflateRawSync(JSON.stringify(tables)) : new Uint8Array(0),
      slot,
    );
  }

  /** Returns the length of the slot. */
  #write(head: PieceHead, data: Uint8Array, tables: Uint8Array, slot: number): number {
    const needed = HEAD_BYTES + data.length + tables.length;
    const pages = Math.max(0, Math.ceil((needed - SLOT_BYTES) / PAGE_BYTES));
    const length = Math.max(this.#lengths[slot] ?? 0, SLOT_BYTES + pages * PAGE_BYTES);
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    view.setFloat64(0, head.generation, true);
    view.setFloat64(8, head.run, true);
    view.setFloat64(16, head.firstSeq, true);
    view.setUint32(24, head.rows, true);
    view.setUint32(28, data.length, true);
    view.setUint32(32, tables.length, true);
    bytes.set(data, HEAD_BYTES);
    bytes.set(tables, HEAD_BYTES + data.length);
    this.#put.run(slot, bytes);
    return length;
  }

  /** Reads the pieces as the chunks that they would have become, and continues after them. */
  read(runs: Runs, series: SeriesDictionary, parts: PartNames): SecondsChunk[] {
    const slots = this.#connection.prepare('SELECT id, data FROM tail ORDER BY id').all();
    const pieces = slots.map((row) => this.#pieceIn(numberIn(row, 'id'), bytesIn(row, 'data')));
    this.#generation = Math.max(1, ...pieces.map(({ generation }) => generation));
    const own = pieces.filter(({ generation }) => generation === this.#generation);
    this.#next = own.length;
    const chunks: SecondsChunk[] = [];
    const names = new Map<number, string>();
    for (const { run: runId, rows, firstSeq, data, tables } of own) {
      const run = runs.withId(runId);
      if (run === undefined || rows === 0) continue;
      const columns = unpackPart(data, rows);
      const ids = [...columns.keys()].filter((id) => id >= FIRST_SERIES);
      for (const [id, name] of series.namesOf(ids.filter((one) => !names.has(one)))) names.set(id, name);
      const times = columns.get(TIME_COLUMNS.time) ?? new Float64Array(rows);
      let chunk = chunks.at(-1);
      if (chunk?.run !== run.id || !chunk.takes(times[0] ?? 0)) {
        chunk = new SecondsChunk(run.id, run.rowMs, ids.length);
        chunks.push(chunk);
      }
      addRows(chunk, columns, firstSeq, (id) => {
        const name = names.get(id);
        return name === undefined ? undefined : parts.ofSeries(name);
      });
      if (tables.length === 0) continue;
      const text: unknown = JSON.parse(inflateRawSync(tables).toString());
      for (const [part, entries] of v.parse(tablesSchema, text))
        for (const entry of entries) chunk.addTable(part, entry);
    }
    for (const chunk of chunks) chunk.savedRows = chunk.rows;
    return chunks;
  }

  #pieceIn(slot: number, bytes: Uint8Array): Piece {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#lengths[slot] = bytes.length;
    if (bytes.length < SLOT_BYTES) throw new HistoryError('A piece of the history is cut off');
    const dataEnd = HEAD_BYTES + view.getUint32(28, true);
    return {
      generation: view.getFloat64(0, true),
      run: view.getFloat64(8, true),
      firstSeq: view.getFloat64(16, true),
      rows: view.getUint32(24, true),
      data: bytes.subarray(HEAD_BYTES, dataEnd),
      tables: bytes.subarray(dataEnd, dataEnd + view.getUint32(32, true)),
    };
  }
}

/** @param partOf `undefined` for a series that is not known any more */
function addRows(
  chunk: SecondsChunk,
  columns: ReadonlyMap<number, Float64Array>,
  firstSeq: number,
  partOf: (series: number) => number | undefined,
): void {
  const ids = [...columns.keys()].filter((id) => id >= FIRST_SERIES);
  const targets = ids.map((id) => {
    const part = partOf(id);
    return part === undefined ? undefined : chunk.columnOf(id, part);
  });
  const sources = ids.map((id) => columns.get(id));
  const seqs = columns.get(TIME_COLUMNS.seq);
  columns.get(TIME_COLUMNS.time)?.forEach((timeMs, row) => {
    const seq = seqs?.[row] ?? 0;
    const gridIndex = columns.get(TIME_COLUMNS.grid)?.[row] ?? 0;
    const values = Float64Array.from(sources, (source) => source?.[row] ?? Number.NaN);
    chunk.push({ timeMs, seq, gridIndex, firstSeq: row === 0 ? firstSeq : seq }, targets, values);
  });
}
