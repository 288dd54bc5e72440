import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { HistoryPlan, HistorySlice } from '../../sample-history.ts';
import { HistoryStore, type HistoryStoreOptions } from '../history-store.ts';
import { CONNECTION_PRAGMAS, NEW_FILE_PRAGMAS, SCHEMA } from '../schema.ts';
import type { Connection } from '../sql.ts';

/** A history in a temporary folder, which can be closed as a killed agent leaves it, and opened again. */
export class TestHistory {
  readonly #folder = mkdtempSync(join(tmpdir(), 'history-'));
  readonly #options: HistoryStoreOptions;
  #database: DatabaseSync;
  store: HistoryStore;
  /** While set, each COMMIT fails. */
  isFull = false;

  constructor(options: HistoryStoreOptions) {
    this.#options = options;
    this.#database = this.#open();
    for (const pragma of NEW_FILE_PRAGMAS) this.#database.exec(`PRAGMA ${pragma}`);
    for (const pragma of CONNECTION_PRAGMAS) this.#database.exec(`PRAGMA ${pragma}`);
    this.#database.exec(SCHEMA);
    this.store = new HistoryStore(this.#connection(), options);
  }

  /** Loses what is not on disk. */
  reopen(): void {
    this.#database.close();
    this.#database = this.#open();
    for (const pragma of CONNECTION_PRAGMAS) this.#database.exec(`PRAGMA ${pragma}`);
    this.store = new HistoryStore(this.#connection(), this.#options);
  }

  query(sql: string): readonly Readonly<Record<string, unknown>>[] {
    return this.#database.prepare(sql).all();
  }

  remove(): void {
    this.#database.close();
    rmSync(this.#folder, { recursive: true });
  }

  #open(): DatabaseSync {
    return new DatabaseSync(join(this.#folder, 'history.db'));
  }

  #connection(): Connection {
    const database = this.#database;
    return {
      exec: (sql) => {
        if (sql === 'COMMIT' && this.isFull) throw new Error('database or disk is full');
        database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql),
    };
  }
}

export function testMetric(name: string, unit = 'percent', kind = 'gauge'): MetricDescriptor {
  return { name, label: name, unit, kind, group: 'Test', help: '', source: 'test' };
}

/** One point of an answer, by metric; `null` is unknown. */
export interface Point {
  readonly timeMs: number;
  readonly min: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

export function pointsOf(slices: Iterable<HistorySlice>): Point[] {
  return [...slices].flatMap(({ timesMs, min, mean, max }) =>
    [...timesMs].map((timeMs, at) => {
      const of = (columns: readonly Float64Array[]): (number | null)[] =>
        columns.map((column) => {
          const value = column[at] ?? Number.NaN;
          return Number.isNaN(value) ? null : value;
        });
      return { timeMs, min: of(min), mean: of(mean), max: of(max) };
    }),
  );
}

export function read(store: HistoryStore, plan: HistoryPlan): Point[] {
  return pointsOf(store.read(plan));
}
