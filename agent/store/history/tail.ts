import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { packPart, unpackPart } from './chunk.ts';
import type { PartNames } from './part-names.ts';
import type { Runs } from './runs.ts';
import { SecondsChunk } from './seconds-chunk.ts';
import type { SeriesDictionary } from './series-dictionary.ts';
import { FIRST_SERIES, TIME_COLUMNS } from './schema.ts';
import { bytesIn, numberIn, type Connection, type Statement } from './sql.ts';

const tablesSchema = v.array(
  v.tuple([
    v.number(),
    v.array(v.object({ timeMs: v.number(), seq: v.number(), weight: v.number(), rows: v.string() })),
  ]),
);

/** Rows that no chunk on disk has yet, in pieces of a few seconds each, so that a killed agent loses no more than the last piece. */
export class Tail {
  readonly #connection: Connection;
  readonly #insert: Statement;
  readonly #clear: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insert = connection.prepare(
      'INSERT INTO tail(run, first_seq, rows, data, tables) VALUES (?, ?, ?, ?, ?)',
    );
    this.#clear = connection.prepare('DELETE FROM tail');
  }

  /** @param from how many rows of the chunk earlier pieces have */
  write(chunk: SecondsChunk, from: number): void {
    const ids = [...chunk.series.keys()].toSorted((one, other) => one - other);
    const columns = ids.map((id) => chunk.stats(id)?.mean ?? new Float64Array(chunk.rows));
    const all = [chunk.timesMs, chunk.seqs, chunk.gridIndices, ...columns].map((column) =>
      column.slice(from),
    );
    const before = chunk.seqs[from - 1] ?? 0;
    const firstSeq = from === 0 ? chunk.firstSeq : before + 1;
    const tables = [...chunk.tables].map(
      ([part, entries]) => [part, entries.filter(({ seq }) => seq > before)] as const,
    );
    this.#insert.run(
      chunk.run,
      firstSeq,
      chunk.rows - from,
      packPart([TIME_COLUMNS.time, TIME_COLUMNS.seq, TIME_COLUMNS.grid, ...ids], all),
      tables.every(([, entries]) => entries.length === 0) ? null : deflateRawSync(JSON.stringify(tables)),
    );
  }

  clear(): void {
    this.#clear.run();
  }

  /** Reads the pieces as the chunks that they would have become. */
  read(runs: Runs, series: SeriesDictionary, parts: PartNames): SecondsChunk[] {
    const chunks: SecondsChunk[] = [];
    const names = new Map<number, string>();
    for (const row of this.#connection
      .prepare('SELECT run, first_seq, rows, data, tables FROM tail ORDER BY id')
      .all()) {
      const run = runs.withId(numberIn(row, 'run'));
      if (run === undefined) continue;
      const rows = numberIn(row, 'rows');
      const columns = unpackPart(bytesIn(row, 'data'), rows);
      const times = columns.get(TIME_COLUMNS.time) ?? new Float64Array(0);
      let chunk = chunks.at(-1);
      if (chunk?.run !== run.id || !chunk.takes(times[0] ?? 0)) {
        chunk = new SecondsChunk(run.id, run.rowMs, columns.size);
        chunks.push(chunk);
      }
      const ids = [...columns.keys()].filter((id) => id >= FIRST_SERIES);
      for (const [id, name] of series.namesOf(ids.filter((one) => !names.has(one)))) names.set(id, name);
      const targets = ids.map((id) => {
        const name = names.get(id);
        return name === undefined ? undefined : chunk.columnOf(id, parts.ofSeries(name));
      });
      const values = new Float64Array(ids.length);
      for (let index = 0; index < rows; index += 1) {
        ids.forEach((id, at) => {
          values[at] = columns.get(id)?.[index] ?? Number.NaN;
        });
        const seq = columns.get(TIME_COLUMNS.seq)?.[index] ?? 0;
        const firstSeq = index === 0 ? numberIn(row, 'first_seq') : seq;
        const gridIndex = columns.get(TIME_COLUMNS.grid)?.[index] ?? 0;
        chunk.push({ timeMs: times[index] ?? 0, seq, gridIndex, firstSeq }, targets, values);
      }
      if (row['tables'] === null) continue;
      const text: unknown = JSON.parse(inflateRawSync(bytesIn(row, 'tables')).toString());
      for (const [part, entries] of v.parse(tablesSchema, text))
        for (const entry of entries) chunk.addTable(part, entry);
    }
    return chunks;
  }
}
