import type { Row } from '../board-lists.ts';

/** Rows that change places each second cannot be read. */
const KEPT_MS = 30_000;

/** Puts the busiest things first where not all fit, and keeps that order for a while. */
export class BusyOrder {
  #order: readonly string[] = [];
  #orderedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Things in their own order if at most `most`. A thing that needs attention (weight `Infinity`) moves at once.
   * @param nowMs of the newest sample
   */
  of(rows: readonly Row[], most: number, nowMs: number, weightOf: (row: Row) => number): readonly Row[] {
    if (rows.length <= most) return rows;
    const weights = new Map(rows.map((row) => [row.part, weightOf(row)]));
    const isUrgent = (part: string): boolean => weights.get(part) === Infinity;
    const isKnown = rows.every(({ part }) => this.#order.includes(part));
    const isLeft = rows.some(({ part }) => isUrgent(part) && this.#order.indexOf(part) >= most);
    if (!isKnown || isLeft || Math.abs(nowMs - this.#orderedAtMs) >= KEPT_MS) {
      this.#orderedAtMs = nowMs;
      this.#order = rows
        .toSorted((one, other) => compare(weights.get(other.part), weights.get(one.part)))
        .map(({ part }) => part);
    }
    const places = new Map(this.#order.map((part, place) => [part, place]));
    return rows.toSorted((one, other) => (places.get(one.part) ?? 0) - (places.get(other.part) ?? 0));
  }
}

/** Infinity minus itself is not a number. */
function compare(one = 0, other = 0): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
