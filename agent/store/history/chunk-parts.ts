import { packPart } from './chunk.ts';
import type { RollupChunk } from './rollup-chunk.ts';
import { ROW_MS, TIME_COLUMNS, TIME_PART } from './schema.ts';
import type { SecondsChunk } from './seconds-chunk.ts';
import { packEntries, type TableEntry } from './table-archive.ts';
import type { ChunkHead, ChunkPart } from './stored-chunk.ts';

/** A chunk as it is written. */
export interface PackedChunk {
  readonly head: ChunkHead;
  /** The times first. */
  readonly parts: readonly ChunkPart[];
}

/** How many steps packing takes. */
const PACKING_STEPS = 10;

/** Packs a whole chunk in some steps, so that live clients need not wait for all of it. */
export class Packing {
  readonly chunk: SecondsChunk;
  readonly #groups: readonly (readonly [part: number, series: readonly number[]])[];
  readonly #parts: ChunkPart[] = [];

  constructor(chunk: SecondsChunk) {
    this.chunk = chunk;
    this.#groups = [...byPart(chunk.series)];
    const { rows, timesMs, seqs, gridIndices } = chunk;
    const times = packPart(
      [TIME_COLUMNS.time, TIME_COLUMNS.seq, TIME_COLUMNS.grid],
      [timesMs, seqs, gridIndices],
    );
    this.#parts.push({ part: TIME_PART, rows, weight: null, data: times });
  }

  get isDone(): boolean {
    return this.#parts.length > this.#groups.length;
  }

  step(): void {
    for (let count = Math.ceil(this.#groups.length / PACKING_STEPS); count > 0; count -= 1) this.#packNext();
  }

  /** What is not packed yet is packed now. */
  finish(): PackedChunk {
    while (!this.isDone) this.#packNext();
    const { run, rows, firstMs, lastMs, rowMs, firstSeq, lastSeq, tables } = this.chunk;
    return {
      head: { run, beginMs: firstMs, endMs: lastMs + rowMs, firstSeq, lastSeq, rows },
      parts: [...this.#parts, ...[...tables].map(([part, entries]) => tablePart(part, entries))],
    };
  }

  #packNext(): void {
    const [part, series] = this.#groups[this.#parts.length - 1] ?? [];
    if (part === undefined || series === undefined) return;
    const { rows } = this.chunk;
    const columns = series.map((id) => this.chunk.stats(id)?.mean ?? new Float64Array(rows).fill(Number.NaN));
    this.#parts.push({ part, rows, weight: null, data: packPart(series, columns) });
  }
}

export function packRollup(chunk: RollupChunk): PackedChunk {
  const { timesMs } = chunk;
  const rows = timesMs.length;
  const parts: ChunkPart[] = [
    { part: TIME_PART, rows, weight: null, data: packPart([TIME_COLUMNS.time], [timesMs]) },
  ];
  for (const [part, series] of byPart(chunk.series)) {
    const { ids, columns } = chunk.columns(series);
    if (ids.length === 0) continue;
    const data = packPart(ids, columns, { together: 4, isQuick: true });
    parts.push({ part, rows, weight: null, data });
  }
  for (const [part, entries] of chunk.tables) {
    parts.push(
      tablePart(
        part,
        [...entries.values()].toSorted((one, other) => one.timeMs - other.timeMs),
      ),
    );
  }
  const [beginMs = 0] = timesMs;
  const endMs = (timesMs.at(-1) ?? 0) + ROW_MS[chunk.tier];
  return { head: { run: 0, beginMs, endMs, firstSeq: 0, lastSeq: 0, rows }, parts };
}

function tablePart(part: number, entries: readonly TableEntry[]): ChunkPart {
  const weight = entries.reduce((greatest, entry) => Math.max(greatest, entry.weight), 0);
  return { part, rows: entries.length, weight, data: packEntries(entries) };
}

/** Ids ascending. */
function byPart(series: ReadonlyMap<number, number>): Map<number, number[]> {
  const parts = new Map<number, number[]>();
  for (const [id, part] of [...series].toSorted(([one], [other]) => one - other)) {
    const own = parts.get(part);
    if (own === undefined) parts.set(part, [id]);
    else own.push(id);
  }
  return parts;
}
