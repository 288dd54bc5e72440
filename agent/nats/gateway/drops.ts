/** Why something that was said of a host is not used. */
export type DropReason =
  /** No such body, or one with values that cannot be. */
  | 'malformed'
  /** Of a run that another one has replaced. */
  | 'earlier_run'
  /** Its number, or its place in time, is not after the one before. */
  | 'out_of_order'
  /** Nobody knows what its values are. */
  | 'undescribed';

/** Counts what is dropped. */
export class Drops {
  readonly #counts = new Map<DropReason, number>();

  count(reason: DropReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** By reason, without those that never were. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
