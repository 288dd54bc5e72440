/** A value that parts of the page read and follow. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Calls all listeners before it returns, unless the value is unchanged. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    // If a listener sets another value, the others get only that one.
    for (const listener of this.#listeners) listener(this.#value);
  }

  /** Calls `listener` on each change. Returns the undo. */
  onChange(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` now and on each change. Returns the undo. */
  follow(listener: (value: T) => void): () => void {
    listener(this.#value);
    return this.onChange(listener);
  }
}
