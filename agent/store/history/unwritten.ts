import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { Tier, TimeRange } from '../sample-history.ts';
import type { Piece } from './piece.ts';
import type { Rollups } from './rollups.ts';
import type { SampleRecorder } from './sample-recorder.ts';
import type { FoundEntry } from './table-reader.ts';

/** What readers find in memory: rows that are not on disk, and rollups that are older there. */
export class Unwritten {
  /** How often something was written, after which other things are in memory. */
  writes = 0;
  /** How many of the recorder's chunks, oldest first, are in the rollups. */
  rolledUp = 0;
  readonly #recorder: SampleRecorder;
  readonly #rollups: Readonly<Record<'minutes' | 'quarters', Rollups>>;

  constructor(recorder: SampleRecorder, rollups: Readonly<Record<'minutes' | 'quarters', Rollups>>) {
    this.#recorder = recorder;
    this.#rollups = rollups;
  }

  pieces(tier: Tier): readonly Piece[] {
    const { chunks, unfinished } = this.#recorder;
    const rows = unfinished === undefined ? [] : [unfinished];
    if (tier === 'seconds') return [...chunks, ...rows];
    return [...this.#rollups[tier].chunks, ...chunks.slice(this.rolledUp), ...rows];
  }

  /** Those that begin in a range. */
  piecesIn(tier: Tier, { fromMs, toMs }: TimeRange): readonly Piece[] {
    return this.pieces(tier).filter(({ timesMs: [begin = Number.NaN] }) => begin >= fromMs && begin < toMs);
  }

  /** Chunks on disk that are older than what is in memory. */
  replaced(tier: Tier): ReadonlySet<number | null> {
    return new Set(tier === 'seconds' ? [] : this.#rollups[tier].chunks.map(({ storedId }) => storedId));
  }

  /** Rows of tables in some parts. */
  *entries(tier: Tier, parts: ReadonlyMap<number, TableDescriptor>): Generator<FoundEntry> {
    for (const part of parts.keys()) {
      for (const chunk of tier === 'seconds' ? [] : this.#rollups[tier].chunks)
        for (const entry of chunk.tables.get(part)?.values() ?? []) yield { part, entry };
      for (const chunk of this.#recorder.chunks)
        for (const entry of chunk.tables.get(part) ?? []) yield { part, entry };
    }
    for (const found of this.#recorder.unfinishedTables) if (parts.has(found.part)) yield found;
  }
}
