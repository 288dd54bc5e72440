import type { Labels, RawReading } from '../../sampling/raw-values.ts';

export interface RawPoint {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

/** The raw values of a host by family, as node_exporter names them. */
export class RawTable {
  readonly #families = new Map<string, RawPoint[]>();

  constructor(readings: Iterable<RawReading>) {
    for (const { timestampMs, values } of readings) {
      for (const { family, labels, value } of values) {
        const points = this.#families.get(family.name);
        const point = { labels, value, timestampMs };
        if (points === undefined) this.#families.set(family.name, [point]);
        else points.push(point);
      }
    }
  }

  /** Empty if the host does not have it. */
  of(family: string): readonly RawPoint[] {
    return this.#families.get(family) ?? [];
  }

  /** The only point of a family without labels. */
  one(family: string): RawPoint | undefined {
    return this.#families.get(family)?.[0];
  }
}
