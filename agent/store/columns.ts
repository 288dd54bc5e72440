import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';

/** Beyond this, metrics that vanished longest ago make room; then metrics of single devices are not kept, but totals always are. */
const MAX_COLUMNS = 4096;

/** Enough for devices that are unplugged for a while, but not for every container that ever ran. */
const MAX_FORGOTTEN = 1024;

interface Vanished {
  readonly descriptor: MetricDescriptor;
  readonly sinceIndex: number;
}

/**
 * Assigns the ring's columns to metrics. A vanished metric keeps its column, and so its past, until no sample with it is held; then another metric may
 * reuse it.
 */
export class Columns {
  readonly #keptUnits: number;
  readonly #columns = new Map<string, number>();
  readonly #vanished = new Map<string, Vanished>();
  /** Metrics that have lost their column. */
  readonly #forgotten = new Map<string, MetricDescriptor>();
  #present: readonly MetricDescriptor[] = [];
  #width = 0;

  /** @param keptUnits grid units for which the ring keeps a sample */
  constructor(keptUnits: number) {
    this.#keptUnits = keptUnits;
  }

  /** Number of columns assigned so far. */
  get width(): number {
    return this.#width;
  }

  /** Vanished metrics of these names, including those whose past is no longer held. */
  vanishedAmong(names: readonly string[]): readonly MetricDescriptor[] {
    return [...new Set(names)].flatMap(
      (name) => this.#vanished.get(name)?.descriptor ?? this.#forgotten.get(name) ?? [],
    );
  }

  /** `undefined` for a metric that is not kept. */
  of(name: string): number | undefined {
    return this.#columns.get(name);
  }

  /**
   * Assigns a column to each metric of a new catalogue, -1 where there is no room. Metrics of the whole host come before those of single processors,
   * disks or interfaces, of which there may be thousands.
   * @param gridIndex of the first sample with this catalogue
   * @returns the columns in the order of the catalogue, and those that held another metric before
   */
  assign(
    catalogue: readonly MetricDescriptor[],
    gridIndex: number,
  ): { readonly columns: readonly number[]; readonly reused: readonly number[] } {
    const names = new Set(catalogue.map(({ name }) => name));
    for (const descriptor of this.#present) {
      if (!names.has(descriptor.name) && this.#columns.has(descriptor.name))
        this.#vanished.set(descriptor.name, { descriptor, sinceIndex: gridIndex });
    }
    for (const name of names) {
      this.#vanished.delete(name);
      this.#forgotten.delete(name);
    }
    this.#present = catalogue;
    const reused: number[] = [];
    const ofWhole = catalogue.filter(({ instance }) => instance === undefined);
    const ofParts = catalogue.filter(({ instance }) => instance !== undefined);
    for (const { name } of [...ofWhole, ...ofParts]) {
      if (this.#columns.has(name)) continue;
      const column = this.#free(gridIndex, reused);
      if (column < 0) break;
      this.#columns.set(name, column);
    }
    return { columns: catalogue.map(({ name }) => this.#columns.get(name) ?? -1), reused };
  }

  #free(gridIndex: number, reused: number[]): number {
    // A Map keeps insertion order, so the first entry vanished first.
    const [oldest] = this.#vanished;
    const isForgotten = oldest !== undefined && oldest[1].sinceIndex <= gridIndex - this.#keptUnits;
    if (this.#width < MAX_COLUMNS && !isForgotten) {
      this.#width += 1;
      return this.#width - 1;
    }
    if (oldest === undefined) return -1;
    const [name, { descriptor }] = oldest;
    const column = this.#columns.get(name) ?? -1;
    this.#vanished.delete(name);
    this.#columns.delete(name);
    this.#remember(descriptor);
    reused.push(column);
    return column;
  }

  #remember(descriptor: MetricDescriptor): void {
    this.#forgotten.set(descriptor.name, descriptor);
    const [first] = this.#forgotten.keys();
    if (this.#forgotten.size > MAX_FORGOTTEN && first !== undefined) this.#forgotten.delete(first);
  }
}
