import { packPart, packPartInSteps } from './chunk.ts';
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

/** How many steps packing takes, about. */
const PACKING_STEPS = 10;

/** Packs a whole chunk in some steps, so that live clients need not wait for all of it. */
export class Packing {
  readonly chunk: SecondsChunk;
  readonly #parts: ChunkPart[] = [];
  readonly #packing: Generator<undefined, void>;
  #isDone = false;

  constructor(chunk: SecondsChunk) {
    this.chunk = chunk;
    this.#packing = this.#pack();
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  step(): void {
    for (let count = Math.ceil(this.chunk.series.size / PACKING_STEPS); count >= 0; count -= 1)
      this.#packNext();
  }

  /** Packs what is not packed yet. */
  finish(): PackedChunk {
    while (!this.isDone) this.#packNext();
    const { run, rows, firstMs, lastMs, rowMs, firstSeq, lastSeq, tables } = this.chunk;
    return {
      head: { run, beginMs: firstMs, endMs: lastMs + rowMs, firstSeq, lastSeq, rows },
      parts: [...this.#parts, ...[...tables].map(([part, entries]) => tablePart(part, entries))],
    };
  }

  #packNext(): void {
    this.#isDone ||= this.#packing.next().done === true;
  }

  /** A series at a time: some hosts have thousands of one group. */
  *#pack(): Generator<undefined, void> {
    const { series, rows, timesMs, seqs, gridIndices } = this.chunk;
    const timeColumns = [TIME_COLUMNS.time, TIME_COLUMNS.seq, TIME_COLUMNS.grid];
    const times = packPart(timeColumns, [timesMs, seqs, gridIndices]);
    this.#parts.push({ part: TIME_PART, rows, weight: null, data: times });
    for (const [part, ids] of byPart(series)) {
      const columns = ids.map((id) => this.chunk.stats(id)?.mean ?? new Float64Array(rows).fill(Number.NaN));
      const data = yield* packPartInSteps(ids, columns);
      this.#parts.push({ part, rows, weight: null, data });
    }
  }
}

/** Packs chunks of minutes or quarters in some steps. They must not change meanwhile. */
export class RollupPacking {
  readonly chunks: readonly RollupChunk[];
  readonly #packing: Generator<undefined, PackedChunk[]>;
  readonly #perStep: number;
  #packed: readonly PackedChunk[] | null = null;

  constructor(chunks: readonly RollupChunk[]) {
    this.chunks = chunks;
    this.#packing = packRollups(chunks);
    const series = chunks.reduce((sum, chunk) => sum + chunk.series.size, 0);
    this.#perStep = Math.ceil((2 * series) / PACKING_STEPS);
  }

  get isDone(): boolean {
    return this.#packed !== null;
  }

  step(): void {
    for (let count = this.#perStep; count >= 0; count -= 1) this.#packNext();
  }

  /** Packs what is not packed yet. @returns the packed form of each of `chunks` */
  finish(): readonly PackedChunk[] {
    for (;;) {
      if (this.#packed !== null) return this.#packed;
      this.#packNext();
    }
  }

  #packNext(): void {
    if (this.#packed !== null) return;
    const next = this.#packing.next();
    if (next.done === true) this.#packed = next.value;
  }
}

/** Two steps for each series. */
function* packRollups(chunks: readonly RollupChunk[]): Generator<undefined, PackedChunk[]> {
  const packed: PackedChunk[] = [];
  for (const chunk of chunks) packed.push(yield* packRollup(chunk));
  return packed;
}

function* packRollup(chunk: RollupChunk): Generator<undefined, PackedChunk> {
  const { timesMs } = chunk;
  const rows = timesMs.length;
  const parts: ChunkPart[] = [
    { part: TIME_PART, rows, weight: null, data: packPart([TIME_COLUMNS.time], [timesMs]) },
  ];
  for (const [part, series] of byPart(chunk.series)) {
    const ids: number[] = [];
    const columns: Float64Array[] = [];
    for (const one of series) {
      const own = chunk.columns(one);
      ids.push(...own.ids);
      columns.push(...own.columns);
      yield;
    }
    if (ids.length === 0) continue;
    const data = yield* packPartInSteps(ids, columns, { together: 4, isQuick: true });
    parts.push({ part, rows, weight: null, data });
  }
  for (const [part, entries] of chunk.tables) {
    parts.push(
      tablePart(
        part,
        [...entries.values()].toSorted((one, other) => one.timeMs - other.timeMs),
      ),
    );
    yield;
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
