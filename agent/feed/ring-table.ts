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
    const newest = this.#kept.findLast(({ seq }) => seq <= upTo);
    return newest !== undefined && newest.seq > after ? newest : undefined;
  }
}
