/** One table's past, as encoded rows by the sequence number of the sample that they were made with. */
export class RingTable {
  /** Ascending. */
  readonly #kept: { readonly seq: number; readonly rows: string }[] = [];

  push(seq: number, rows: string): void {
    this.#kept.push({ seq, rows });
  }

  /** Forgets what was made with samples that are not held any more. */
  forgetBefore(seq: number): void {
    while ((this.#kept[0]?.seq ?? seq) < seq) this.#kept.shift();
  }

  /** The newest that was made after sample `after` and not after sample `upTo`. */
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
