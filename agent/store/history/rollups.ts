import { RollupPacking } from './chunk-parts.ts';
import type { PartNames } from './part-names.ts';
import type { WholeChunk } from './piece.ts';
import { RollupChunk } from './rollup-chunk.ts';
import { CHUNK_MS } from './schema.ts';
import type { TierTable } from './tier-table.ts';

/** Stored when this many rows have begun, each quarter hour, so that little has to be repeated after a restart. */
const ROWS_TO_STORE = { minutes: 15, quarters: 1 } as const;

/** Where there are thousands of series, a short chunk may follow at the end of the quarter hour. */
const MAX_DELAYS = 1;

/** Minutes or quarters of what has been written by seconds. Those of the present hour or day are held in memory, and stored now and then. */
export class Rollups {
  readonly #table: TierTable;
  readonly #parts: PartNames;
  #current: RollupChunk | null = null;
  /** No longer growing, and yet to be stored. */
  #finished: RollupChunk[] = [];
  /** Of all that is changed, as it is now. */
  #packing: RollupPacking | null = null;
  /** How often more was added before what was due was stored, and packing began anew. */
  #delays = 0;

  readonly tier: 'minutes' | 'quarters';

  constructor(tier: 'minutes' | 'quarters', table: TierTable, parts: PartNames) {
    this.tier = tier;
    this.#table = table;
    this.#parts = parts;
  }

  /** Those in memory. What is on disk of them is older. */
  get chunks(): readonly RollupChunk[] {
    return this.#current === null ? this.#finished : [...this.#finished, this.#current];
  }

  /** Prepares for rows of that time. Reads what is on disk of the same hour or day, and so may fail, while `add` cannot. */
  prepare(timeMs: number): void {
    if (this.isDue) this.#delays += 1;
    const current = this.#current;
    if (current?.takes(timeMs) === true) return;
    const next = this.#stored(timeMs) ?? new RollupChunk(this.tier, timeMs);
    if (current?.isChanged === true) this.#finished.push(current);
    this.#current = next;
  }

  /** Adds a chunk whose time it was prepared for. */
  add(chunk: WholeChunk): void {
    this.#packing = null;
    this.#current?.add(chunk, chunk.series);
    for (const [part, entries] of chunk.tables)
      for (const entry of entries) this.#current?.addTable(part, entry);
  }

  /** Whether it is time to store. */
  get isDue(): boolean {
    return this.#finished.length > 0 || (this.#current?.newRows ?? 0) >= ROWS_TO_STORE[this.tier];
  }

  /** Whether what is due is packed, or should no longer wait. */
  get isReady(): boolean {
    return this.isDue && (this.#delays > MAX_DELAYS || this.#packing?.isDone === true);
  }

  /** Packs a part of what is due, so that live clients need not wait for all of it. */
  pack(): void {
    if (this.#packing?.isDone === true) return;
    const packing = this.#packing ?? new RollupPacking(this.#changed);
    // Should it fail, the next begins anew.
    this.#packing = null;
    packing.step();
    this.#packing = packing;
  }

  /**
   * Stores everything in place of what is on disk of it.
   * @param reserve reserves that many ids, and returns the first
   * @returns what to call when all is committed
   */
  write(reserve: (count: number) => number): () => void {
    const packing = this.#packing ?? new RollupPacking(this.#changed);
    this.#packing = null;
    const packed = packing.finish();
    this.#packing = packing;
    const changed = packing.chunks;
    const ids = packed.map(({ head, parts }, index) => {
      const id = reserve(parts.length);
      const storedId = changed[index]?.storedId ?? null;
      if (storedId !== null) this.#table.delete(storedId);
      this.#table.insert(id, head, parts);
      return id;
    });
    return () => {
      changed.forEach((chunk, index) => {
        chunk.storedId = ids[index] ?? null;
        chunk.newRows = 0;
        chunk.isChanged = false;
      });
      this.#finished = [];
      this.#packing = null;
      this.#delays = 0;
    };
  }

  get #changed(): readonly RollupChunk[] {
    return this.chunks.filter(({ isChanged }) => isChanged);
  }

  /** What is on disk of the hour or day of that time, to be continued. */
  #stored(timeMs: number): RollupChunk | undefined {
    const rollup = new RollupChunk(this.tier, timeMs);
    const { beginMs } = rollup;
    const waiting = new Set(this.chunks.map(({ storedId }) => storedId));
    const newest = this.#table
      .wholeIn(beginMs, beginMs + CHUNK_MS[this.tier], this.#parts)
      .findLast(({ id }) => !waiting.has(id));
    if (newest === undefined) return undefined;
    rollup.add(newest, newest.series);
    for (const [part, entries] of newest.tables) for (const entry of entries) rollup.addTable(part, entry);
    rollup.storedId = newest.id;
    rollup.newRows = 0;
    rollup.isChanged = false;
    return rollup.takes(timeMs) ? rollup : undefined;
  }
}
