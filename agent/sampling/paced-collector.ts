import type { Collector, Values } from './collector.ts';
import type { GuardedCollector } from './guarded-collector.ts';

/** How often a collector has to be read for those who follow what it measures. */
export interface Pace {
  /** Grid units between two readings; divides the agent's own interval. */
  readonly stride: number;
  /** Whether somebody follows its table, or its metrics more often than they are kept. */
  readonly isFollowed: boolean;
  /** Whether somebody passes each sample on: a repeated rate would count again in the means over there. Default: no. */
  readonly isEach?: boolean;
}

/** What a collector measures now. */
export interface Measured extends Pick<Collector, 'metrics'> {
  readonly table?: Collector['table'] | undefined;
}

export type PaceOf = (collector: Measured) => Pace;

/** A shorter stride is kept this long after the last demand for it: a client may be between two polls, or reloading its page. */
export const LINGER_MS = 2000;

/**
 * A collector that is read with the first sample of each cell of its own stride, which is that of its followers, however often others need samples
 * (docs/protocol.md, Interval), or no more often than it says itself unless somebody passes each sample on. In between, its last values stand.
 */
export class PacedCollector {
  readonly guarded: GuardedCollector;
  /** The shortest stride that it allows itself. */
  readonly #leastStride: number;
  #stride = 1;
  #requested = { stride: 1, sinceMs: Number.NEGATIVE_INFINITY };
  #isFollowed = false;
  #isEach = false;
  /** Grid index of the sample that it was read for. */
  #readIndex = Number.NEGATIVE_INFINITY;
  #values: Values | null = null;
  #isRepeated = false;

  /** @param unitMs length of a grid unit */
  constructor(guarded: GuardedCollector, unitMs: number) {
    this.guarded = guarded;
    this.#leastStride = Math.ceil(guarded.everyMs / unitMs);
  }

  /** Whether the last values that it was given are those of an earlier sample. */
  get isRepeated(): boolean {
    return this.#isRepeated;
  }

  /** A shorter stride applies from the next sample on, a longer one two seconds after the last demand for the shorter. */
  setPace({ stride, isFollowed, isEach = false }: Pace, nowMs: number): void {
    if (stride !== this.#requested.stride) this.#requested = { stride, sinceMs: nowMs };
    if (stride % this.#stride !== 0) this.#stride = stride;
    if (isFollowed !== this.#isFollowed) this.guarded.setFollowed(isFollowed);
    this.#isFollowed = isFollowed;
    this.#isEach = isEach;
  }

  /** As `GuardedCollector.read`, or the last values. Whatever it settles with has to be given to `keep`. */
  read(gridIndex: number, atMs: number, deadlineMs: number): Values | null | Promise<Values | null> {
    const { stride: requested, sinceMs } = this.#requested;
    if (requested !== this.#stride && atMs - sinceMs >= LINGER_MS) this.#stride = requested;
    const stride = this.#isEach ? this.#stride : Math.max(this.#stride, this.#leastStride);
    if (Math.floor(gridIndex / stride) === Math.floor(this.#readIndex / stride)) return this.#values;
    this.#readIndex = gridIndex;
    return this.guarded.read(atMs, deadlineMs);
  }

  /** Keeps the values until the next reading. Collectors that have not read anything new give the same array. */
  keep(values: Values | null): void {
    this.#isRepeated = values === this.#values;
    this.#values = values;
  }
}
