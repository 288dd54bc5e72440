import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';

/** One thing of a kind: a disk, an interface, a container. */
export interface Thing {
  /** Its part of the metrics' names. */
  readonly part: string;
  readonly name: string;
  /** By the last part of the metric's name: `read`, `write`. */
  readonly metrics: ReadonlyMap<string, PlacedSeries>;
}

/** The series of a host by name, and its things by kind. */
export class SeriesIndex {
  readonly #byName: ReadonlyMap<string, PlacedSeries>;

  constructor(placed: readonly PlacedSeries[]) {
    this.#byName = new Map(placed.map((one) => [one.series.name, one]));
  }

  get(name: string): PlacedSeries | undefined {
    return this.#byName.get(name);
  }

  /** Those of `names` that the host has. */
  all(...names: readonly string[]): readonly PlacedSeries[] {
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** In the agent's order. */
  things(kind: string): readonly Thing[] {
    const found = new Map<string, { part: string; name: string; metrics: Map<string, PlacedSeries> }>();
    for (const [metric, placed] of this.#byName) {
      const parts = metric.split('.');
      const [subject, part, last] = parts;
      // The whole of a subject (`network.all`) is no thing.
      const { instance } = placed.series;
      if (subject !== kind || part === undefined || last === undefined || parts.length !== 3) continue;
      if (instance === undefined) continue;
      const thing = found.get(part) ?? { part, name: instance, metrics: new Map<string, PlacedSeries>() };
      thing.metrics.set(last, placed);
      found.set(part, thing);
    }
    return [...found.values()];
  }

  /** `cpu.core.0`, …: the load of each core. */
  get cores(): readonly PlacedSeries[] {
    return [...this.#byName.values()].filter(({ series }) => /^cpu\.core\.[^.]+$/.test(series.name));
  }
}
