const AT_ONCE = 16;

/** Lets only so many fill their stores at once: after a gateway was lost, the others get all of its viewers. */
export class Fills {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** All that began since the start. */
  count = 0;
  /** Of them those that the log answered, for hosts that did not. */
  fromLog = 0;

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async run<Result>(fill: () => Promise<Result>): Promise<Result> {
    if (this.#running < AT_ONCE) this.#running += 1;
    else
      // Whoever ends passes its place on.
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    this.count += 1;
    try {
      return await fill();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
