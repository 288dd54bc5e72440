import type { Measured, Pace } from '../sampling/paced-collector.ts';
import type { Wish } from './host-stream.ts';

type Demand = Pick<Wish, 'stride' | 'metrics' | 'every' | 'tables'>;

interface Counted {
  readonly demand: Demand;
  count: number;
}

/**
 * How often samples are demanded, and of which metrics: counts demands that the agent's own interval does not meet. The stride in effect is the greatest
 * that meets them all.
 */
export class SamplingDemand {
  readonly #baseStride: number;
  readonly #demands = new Map<string, Counted>();
  #tableCount = 0;
  #changed: () => void = () => {};
  #stride: number;

  /** @param baseStride grid units of the agent's own interval */
  constructor(baseStride: number) {
    this.#baseStride = baseStride;
    this.#stride = baseStride;
  }

  /** Grid units between samples. */
  get stride(): number {
    return this.#stride;
  }

  /** Calls `changed` when `stride` or any collector's pace may be another one. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** How often a collector has to be read. Asks every different demand about its metrics. */
  paceOf({ metrics, table }: Measured): Pace {
    let stride = this.#baseStride;
    let isEach = false;
    for (const { demand } of this.#demands.values()) {
      isEach ||= demand.every === true;
      const own = demand.every === true ? this.#stride : demand.stride;
      if (stride !== this.#stride && own % stride !== 0 && wants(demand, metrics, table !== undefined))
        stride = greatestCommonDivisor(stride, own);
    }
    const areRowsFollowed = table !== undefined && this.#tableCount > 0;
    const isFollowed = areRowsFollowed || stride < this.#baseStride;
    return { stride, isFollowed, ...(isEach ? { isEach } : {}) };
  }

  add(demand: Demand): void {
    this.#count(demand, 1);
  }

  /** Withdraws one that was added. */
  remove(demand: Demand): void {
    this.#count(demand, -1);
  }

  #count(demand: Demand, change: 1 | -1): void {
    const tablesBefore = this.#tableCount;
    if (demand.tables) this.#tableCount += change;
    // The agent's own interval meets all others.
    const isNew = (this.#isFaster(demand) || demand.every === true) && this.#countFaster(demand, change);
    if (isNew || (tablesBefore === 0) !== (this.#tableCount === 0)) this.#changed();
  }

  #isFaster({ stride }: Demand): boolean {
    return stride % this.#baseStride !== 0;
  }

  /** Returns whether it is the first of its kind, or was the last. */
  #countFaster(demand: Demand, change: 1 | -1): boolean {
    const { stride, metrics, every = false, tables } = demand;
    const key = JSON.stringify([stride, every, tables, metrics?.key]);
    const counted = this.#demands.get(key) ?? { demand, count: 0 };
    counted.count += change;
    if (counted.count > 0) this.#demands.set(key, counted);
    else this.#demands.delete(key);
    this.#stride = [...this.#demands.values()].reduce(
      (common, other) => greatestCommonDivisor(common, other.demand.stride),
      this.#baseStride,
    );
    return counted.count === 0 || (change === 1 && counted.count === 1);
  }
}

function wants(
  { metrics, every, tables }: Demand,
  measured: Measured['metrics'],
  hasTable: boolean,
): boolean {
  if (metrics === undefined || every === true || (tables && hasTable)) return true;
  return measured.some(({ name }) => metrics.includes(name));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
