import assert from 'node:assert/strict';

/** A sample as it was taken, of which viewers are told. */
export interface Taken {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  readonly grid: number;
  /** Why time is missing before it. */
  readonly reason: string | undefined;
  /** Of each metric of the catalogue then, in its order. */
  readonly values: ReadonlyMap<string, number | null>;
  /** Rows of the table of processes, if it was made with this sample. */
  readonly rows: readonly unknown[] | undefined;
}

/** What a host took, in its order, of all its runs: the truth that viewers' frames are compared with. */
export class ModelledHost {
  readonly id: string;
  readonly taken: Taken[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
  }

  take(sample: Taken): void {
    this.#indexes.set(`${sample.epoch} ${sample.seq}`, this.taken.length);
    this.taken.push(sample);
  }

  at(index: number): Taken {
    const sample = this.taken[index];
    assert(sample !== undefined, `${this.id} has no sample with the index ${index}`);
    return sample;
  }

  get head(): number {
    return this.taken.length - 1;
  }

  indexOf(epoch: string, seq: number): number {
    const index = this.#indexes.get(`${epoch} ${seq}`);
    assert(index !== undefined, `${this.id} never took sample ${seq} of ${epoch}`);
    return index;
  }

  /** Whether it is the first of its stretch of `stride` grid units. */
  startsCell(index: number, stride: number): boolean {
    const sample = this.at(index);
    const before = this.taken[index - 1];
    if (before === undefined || before.epoch !== sample.epoch) return true;
    return Math.floor(before.grid / stride) !== Math.floor(sample.grid / stride);
  }

  /** The names that entries of a `subscribe` stand for. */
  resolve(metrics: readonly string[], names: Iterable<string>): string[] {
    const found = metrics.flatMap((entry) => (entry === '*' ? [...names] : [entry]));
    return [...new Set(found)];
  }
}
