/** The history of one table: encoded rows by the number of the sample they were taken with. */
export class RingTable {
  /** Ascending. */
  readonly #kept: { readonly seq: number; readonly rows: string }[] = [];

  push(seq: number, rows: string): void {
    this.#kept.push({ seq, rows });
  }

  /** Forgets rows of samples before `seq`. */
  forgetBefore(seq: number): void {
    while ((this.#kept[0]?.seq ?? seq) < seq) this.#kept.shift();
  }

  /** The newest rows taken after sample `after` and up to sample `upTo`. */
  newestBetween(after: number, upTo: number): { readonly seq: number; readonly rows: string } | undefined {
    let [low, high] = [0, this.#kept.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle]?.seq ?? 0) <= upTo) low = middle + 1;
      else high = middle;
    }
    const newest = this.#kept[low - 1];
    return newest !== undefined && newest.seq > after ? newest : undefined;
  }
}
