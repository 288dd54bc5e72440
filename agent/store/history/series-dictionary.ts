import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { metricDescriptorSchema, type MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { HistoryError } from '../sample-history.ts';
import { FIRST_SERIES } from './schema.ts';
import { numberIn, textIn, type Connection, type SqlRow, type Statement } from './sql.ts';

/** Beyond this, metrics of single devices are not kept, but totals always are. */
const MAX_PRESENT = 4096;
/** How many vanished metrics a catalogue names. */
const MAX_VANISHED = 1024;

/** `gone` of a series that is no longer present, as long as something of it is yet to be written: after any chunk, and after no present one. */
export const LEAVING = Number.MAX_SAFE_INTEGER;

export interface KnownSeries {
  readonly id: number;
  /** The newest one. */
  readonly descriptor: MetricDescriptor;
}

/**
 * Gives each series a number: a metric whose unit or kind has changed is another one. Only those present are held in memory, since there may be
 * many that came and went.
 */
export class SeriesDictionary {
  readonly #connection: Connection;
  readonly #byName: Statement;
  readonly #upsert: Statement;
  /** By name. */
  #present = new Map<string, KnownSeries>();
  /** No longer present, but perhaps in what is not yet written. By id. */
  readonly #leaving = new Map<number, MetricDescriptor>();
  /** Those by name; `null` since one came or went. */
  #leavingNames: ReadonlyMap<string, readonly KnownSeries[]> | null = null;
  /** Those that the file lists as gone. */
  readonly #saidToLeave = new Set<number>();
  #unsaved = new Map<number, MetricDescriptor>();
  #nextId: number;
  #catalogue: readonly MetricDescriptor[] | null = null;
  #hasAdopted = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#byName = connection.prepare(
      'SELECT id, name, descriptor FROM series WHERE name = ? ORDER BY gone IS NULL DESC, gone DESC, id DESC',
    );
    this.#upsert = connection.prepare(
      'INSERT INTO series(id, name, descriptor, gone) VALUES (?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET descriptor = excluded.descriptor, gone = excluded.gone',
    );
    const [newest] = connection.prepare('SELECT coalesce(max(id), 0) AS id FROM series').all();
    this.#nextId = Math.max(FIRST_SERIES, newest === undefined ? 0 : numberIn(newest, 'id') + 1);
  }

  /** All metrics that are kept, present ones first; a new array when they change. */
  get catalogue(): readonly MetricDescriptor[] {
    this.#catalogue ??= this.#readCatalogue();
    return this.#catalogue;
  }

  /** Makes these the present ones. Returns their ids in this order; `undefined` where there is no room. */
  adopt(catalogue: readonly MetricDescriptor[]): (number | undefined)[] {
    if (!this.#hasAdopted) this.#findLeftBehind();
    this.#hasAdopted = true;
    const before = this.#present;
    const present = new Map<string, KnownSeries>();
    const ofWhole = catalogue.filter(({ instance }) => instance === undefined);
    const ofParts = catalogue.filter(({ instance }) => instance !== undefined);
    for (const descriptor of [...ofWhole, ...ofParts].slice(0, MAX_PRESENT)) {
      present.set(descriptor.name, this.#know(descriptor, before.get(descriptor.name)));
    }
    this.#present = present;
    const ids = new Set([...present.values()].map(({ id }) => id));
    for (const { id, descriptor } of before.values()) if (!ids.has(id)) this.#leaving.set(id, descriptor);
    for (const id of ids) this.#leaving.delete(id);
    this.#leavingNames = null;
    this.#catalogue = null;
    return catalogue.map(({ name }) => present.get(name)?.id);
  }

  /** The newest series of that name. */
  find(name: string): KnownSeries | undefined {
    return this.#present.get(name) ?? this.#leavingOf(name)[0] ?? this.#storedOf(name)[0];
  }

  /** The series of that name that has this unit. */
  findWithUnit(name: string, unit: string): KnownSeries | undefined {
    const known = [this.#present.get(name) ?? [], this.#leavingOf(name), this.#storedOf(name)].flat();
    return known.find(({ descriptor }) => descriptor.unit === unit);
  }

  /** Known names by id. */
  namesOf(ids: readonly number[]): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    if (ids.length === 0) return names;
    const byId = this.#connection.prepare('SELECT name FROM series WHERE id = ?');
    for (const id of ids) {
      const row = byId.get(id);
      if (row !== undefined) names.set(id, textIn(row, 'name'));
    }
    return names;
  }

  /**
   * @param inUse series with values yet to be written
   * @param newestId the greatest id of any chunk
   * @returns what to call when all is committed
   */
  write(inUse: (series: number) => boolean, newestId: number): () => void {
    for (const [id, descriptor] of this.#unsaved)
      this.#upsert.run(id, descriptor.name, JSON.stringify(descriptor), null);
    const gone = [...this.#leaving].filter(([id]) => !inUse(id));
    for (const [id, descriptor] of gone)
      this.#upsert.run(id, descriptor.name, JSON.stringify(descriptor), newestId);
    // If the agent is killed now, the present series of the same name is known from this one.
    const toLeave = [...this.#leaving].filter(([id]) => inUse(id) && !this.#saidToLeave.has(id));
    for (const [id, descriptor] of toLeave)
      this.#upsert.run(id, descriptor.name, JSON.stringify(descriptor), LEAVING);
    return () => {
      this.#unsaved = new Map();
      for (const [id] of toLeave) this.#saidToLeave.add(id);
      for (const [id] of gone) {
        this.#leaving.delete(id);
        this.#saidToLeave.delete(id);
      }
      this.#leavingNames = null;
    };
  }

  #know(descriptor: MetricDescriptor, present: KnownSeries | undefined): KnownSeries {
    if (present?.descriptor === descriptor) return present;
    const candidates = [present ?? [], this.#leavingOf(descriptor.name)].flat();
    const current = candidates.find(isSame(descriptor));
    const known = current ?? this.#storedOf(descriptor.name).find(isSame(descriptor));
    const id = known?.id ?? this.#nextId;
    if (known === undefined) this.#nextId += 1;
    const isSaved = current !== undefined && !this.#saidToLeave.delete(id);
    if (!isSaved || !isDeepStrictEqual(current.descriptor, descriptor)) this.#unsaved.set(id, descriptor);
    return { id, descriptor };
  }

  #leavingOf(name: string): readonly KnownSeries[] {
    this.#leavingNames ??= byNameOf(this.#leaving);
    return this.#leavingNames.get(name) ?? [];
  }

  #storedOf(name: string): KnownSeries[] {
    return this.#byName.all(name).map(knownSeries);
  }

  /** An earlier run could not say that they are gone. */
  #findLeftBehind(): void {
    this.#leavingNames = null;
    for (const row of this.#connection
      .prepare('SELECT id, name, descriptor, gone FROM series WHERE gone IS NULL OR gone = ?')
      .all(LEAVING)) {
      const { id, descriptor } = knownSeries(row);
      if (row['gone'] !== null) this.#saidToLeave.add(id);
      this.#leaving.set(id, descriptor);
    }
  }

  #readCatalogue(): MetricDescriptor[] {
    const byName = new Map([...this.#present].map(([name, { descriptor }]) => [name, descriptor]));
    const most = byName.size + MAX_VANISHED;
    const add = (descriptor: MetricDescriptor): void => {
      if (byName.size < most && !byName.has(descriptor.name)) byName.set(descriptor.name, descriptor);
    };
    // Those that came and went before anything was written are in no file yet.
    this.#leavingNames ??= byNameOf(this.#leaving);
    for (const [series] of this.#leavingNames.values()) if (series !== undefined) add(series.descriptor);
    const newest = this.#connection
      .prepare(
        'SELECT id, name, descriptor FROM series ORDER BY gone IS NULL DESC, gone DESC, id DESC LIMIT ?',
      )
      .all(most);
    for (const row of newest) {
      if (!byName.has(textIn(row, 'name'))) add(knownSeries(row).descriptor);
    }
    return [...byName.values()];
  }
}

function byNameOf(series: ReadonlyMap<number, MetricDescriptor>): Map<string, KnownSeries[]> {
  const byName = new Map<string, KnownSeries[]>();
  for (const [id, descriptor] of series) {
    const own = byName.get(descriptor.name);
    if (own === undefined) byName.set(descriptor.name, [{ id, descriptor }]);
    else own.push({ id, descriptor });
  }
  return byName;
}

const isSame =
  ({ unit, kind }: MetricDescriptor) =>
  ({ descriptor }: KnownSeries): boolean =>
    descriptor.unit === unit && descriptor.kind === kind;

function knownSeries(row: SqlRow): KnownSeries {
  const descriptor = v.parse(metricDescriptorSchema, JSON.parse(textIn(row, 'descriptor')));
  if (descriptor.name !== textIn(row, 'name')) throw new HistoryError('a series has two names');
  return { id: numberIn(row, 'id'), descriptor };
}
