import assert from 'node:assert/strict';
import type { ModelledHost } from './modelled-host.ts';

/** Grid units of the agent's own interval. */
const STRIDE = 10;

/** The subscription of the plain profile: without numbers, and it skips without a gap. */
export class ModelledPlain {
  readonly #host: ModelledHost;
  readonly #metrics: readonly string[];
  /** Index of the last sample that was considered. */
  #isFresh: boolean;
  #held = 0;
  skipped = 0;

  constructor(host: ModelledHost, metrics: readonly string[]) {
    this.#host = host;
    this.#metrics = metrics;
    this.#isFresh = host.taken.length === 0;
    this.#held = this.#isFresh ? 0 : 1;
  }

  /** One frame, which has the newest values. */
  receive(metrics: Readonly<Record<string, number | null>>): void {
    assert(this.#held > 0 || this.#isTaking, 'a plain frame is due');
    const head = this.#host.at(this.#host.head);
    const names = this.#host.resolve(this.#metrics, head.values.keys());
    const expected = names.map((name) => [name, head.values.get(name) ?? null]);
    assert.deepEqual(Object.entries(metrics), expected, `values of sample ${head.seq}`);
    this.#sentIndex = this.#host.head;
    this.#held = 0;
  }

  #sentIndex = -1;

  get #isTaking(): boolean {
    return this.#sentIndex < this.#host.head && this.#isDue(this.#host.head);
  }

  taken(index: number): void {
    const isDue = this.#isDue(index);
    this.#isFresh = false;
    if (!isDue || this.#sentIndex === index) return;
    if (this.#held > 0) this.skipped += 1;
    this.#held = 1;
  }

  settled(): void {}

  get isOwed(): boolean {
    return this.#held > 0;
  }

  #isDue(index: number): boolean {
    return this.#isFresh || this.#host.startsCell(index, STRIDE);
  }
}
