import type { RecordedRun } from '../sample-history.ts';
import type { SecondsChunk } from './seconds-chunk.ts';
import { TIME_PART } from './schema.ts';
import { numberIn, textIn, type Connection, type SqlRow, type Statement } from './sql.ts';

export interface Run {
  readonly id: number;
  readonly epoch: string;
  readonly intervalMs: number;
  readonly unitMs: number;
  /** Distance of its rows of seconds. */
  readonly rowMs: number;
}

interface Recorded extends Omit<RecordedRun, 'epoch' | 'intervalMs'> {
  readonly run: Run;
}

/** The rows of a run are this far apart: seconds, or the interval if that is longer. */
export function rowMsOf(intervalMs: number): number {
  return Math.max(1000, intervalMs);
}

/** The runs of the agent that are known on disk, and the present one. */
export class Runs {
  readonly #insert: Statement;
  readonly #byEpoch: Statement;
  readonly #byId: Statement;
  readonly #recorded: Statement;
  readonly #newestId: Statement;
  /** By id. */
  #stored: ReadonlyMap<number, Recorded> | null = null;
  /** Changes when another connection has written: retention deletes beside this one. */
  readonly #version: Statement;
  #storedVersion = Number.NaN;

  constructor(connection: Connection) {
    this.#version = connection.prepare('PRAGMA data_version');
    this.#insert = connection.prepare(
      'INSERT OR IGNORE INTO run(id, epoch, interval_ms, unit_ms) VALUES (?, ?, ?, ?)',
    );
    this.#byEpoch = connection.prepare('SELECT id, epoch, interval_ms, unit_ms FROM run WHERE epoch = ?');
    this.#byId = connection.prepare('SELECT id, epoch, interval_ms, unit_ms FROM run WHERE id = ?');
    this.#newestId = connection.prepare(
      'SELECT max(coalesce((SELECT max(id) FROM run), 0), coalesce((SELECT max(run) FROM gap), 0)) AS id',
    );
    this.#recorded = connection.prepare(
      `SELECT run, min(first_seq) AS first_seq, max(last_seq) AS last_seq, min(begin_ms) AS begin_ms, max(end_ms) AS end_ms
       FROM seconds INDEXED BY seconds_run WHERE part = ${TIME_PART} GROUP BY run ORDER BY run`,
    );
  }

  /** The run of that epoch, or a new one. */
  of(epoch: string, intervalMs: number, unitMs: number): Run {
    const known = this.find(epoch);
    if (known !== undefined) return known;
    const newest = this.#newestId.get();
    const id = newest === undefined ? 1 : numberIn(newest, 'id') + 1;
    return { id, epoch, intervalMs, unitMs, rowMs: rowMsOf(intervalMs) };
  }

  find(epoch: string): Run | undefined {
    const row = this.#byEpoch.get(epoch);
    return row && runIn(row);
  }

  withId(id: number): Run | undefined {
    const row = this.#byId.get(id);
    return row && runIn(row);
  }

  write({ id, epoch, intervalMs, unitMs }: Run): void {
    this.#insert.run(id, epoch, intervalMs, unitMs);
  }

  /** Reads again what is recorded. */
  changed(): void {
    this.#stored = null;
  }

  /**
   * All runs with rows of seconds, oldest first.
   * @param present may not be on disk yet
   * @param unwritten chunks in memory
   */
  recorded(present: Run | null, unwritten: readonly SecondsChunk[]): RecordedRun[] {
    const row = this.#version.get();
    const version = row === undefined ? 0 : numberIn(row, 'data_version');
    if (version !== this.#storedVersion) this.#stored = null;
    this.#storedVersion = version;
    this.#stored ??= this.#readStored();
    const found = new Map(this.#stored);
    for (const chunk of unwritten) {
      const run = present?.id === chunk.run ? present : (found.get(chunk.run)?.run ?? this.withId(chunk.run));
      if (run === undefined) continue;
      const known = found.get(chunk.run);
      found.set(chunk.run, {
        run,
        firstSeq: known?.firstSeq ?? chunk.firstSeq,
        lastSeq: chunk.lastSeq,
        firstMs: Math.min(known?.firstMs ?? chunk.firstMs, chunk.firstMs),
        lastMs: Math.max(known?.lastMs ?? chunk.lastMs, chunk.lastMs),
      });
    }
    return [...found.values()].map(({ run: { epoch, intervalMs }, ...bounds }) => ({
      epoch,
      intervalMs,
      ...bounds,
    }));
  }

  #readStored(): Map<number, Recorded> {
    const found = new Map<number, Recorded>();
    for (const row of this.#recorded.all()) {
      const run = this.withId(numberIn(row, 'run'));
      if (run === undefined) continue;
      found.set(run.id, {
        run,
        firstSeq: numberIn(row, 'first_seq'),
        lastSeq: numberIn(row, 'last_seq'),
        firstMs: numberIn(row, 'begin_ms'),
        lastMs: numberIn(row, 'end_ms') - run.rowMs,
      });
    }
    return found;
  }
}

function runIn(row: SqlRow): Run {
  const intervalMs = numberIn(row, 'interval_ms');
  return {
    id: numberIn(row, 'id'),
    epoch: textIn(row, 'epoch'),
    intervalMs,
    unitMs: numberIn(row, 'unit_ms'),
    rowMs: rowMsOf(intervalMs),
  };
}
