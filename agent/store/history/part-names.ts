import * as v from 'valibot';
import { tableDescriptorSchema, type TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import { TIME_PART } from './schema.ts';
import { numberIn, textIn, type Connection, type Statement } from './sql.ts';

/** Of the times; no group is called like it. */
const TIMES = '';

/** Numbers for what chunks consist of: groups of series, and tables, each under its descriptor so that no column is read under another's name. */
export class PartNames {
  readonly #ids = new Map<string, number>();
  readonly #tables = new Map<number, TableDescriptor>();
  readonly #byDescriptor = new WeakMap<TableDescriptor, number>();
  readonly #insert: Statement;

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT OR IGNORE INTO part(id, name) VALUES (?, ?)');
    this.#ids.set(TIMES, TIME_PART);
    for (const row of connection.prepare('SELECT id, name FROM part ORDER BY id').all()) {
      this.#learn(numberIn(row, 'id'), textIn(row, 'name'));
    }
  }

  /** The part of a series: the first word of its name. */
  ofSeries(name: string): number {
    return this.#idOf(name.split('.', 1)[0] ?? name);
  }

  ofTable(descriptor: TableDescriptor): number {
    const known = this.#byDescriptor.get(descriptor);
    if (known !== undefined) return known;
    const id = this.#idOf(JSON.stringify(descriptor));
    this.#byDescriptor.set(descriptor, id);
    return id;
  }

  /** Every descriptor that a table has had, by part, oldest first. */
  get tables(): ReadonlyMap<number, TableDescriptor> {
    return this.#tables;
  }

  /** Clean-up may have deleted names that had no rows. */
  write(): void {
    for (const [name, id] of this.#ids) if (id !== TIME_PART) this.#insert.run(id, name);
  }

  #idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = Math.max(...this.#ids.values()) + 1;
    this.#learn(id, name);
    return id;
  }

  #learn(id: number, name: string): void {
    this.#ids.set(name, id);
    if (name.startsWith('{')) this.#tables.set(id, v.parse(tableDescriptorSchema, JSON.parse(name)));
  }
}
