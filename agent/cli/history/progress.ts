/** How far long work is, in one line on standard error; nothing where no person looks. */
export class Progress {
  readonly #what: string;
  readonly #isShown = process.stderr.isTTY;
  #shown = '';

  /** @param what is being done, such as `Checking` */
  constructor(what: string) {
    this.#what = what;
  }

  /** @param share done, 0 to 1 */
  at(share: number): void {
    if (!this.#isShown) return;
    const text = `${this.#what}: ${Math.floor(Math.min(1, Math.max(0, share)) * 100)} %`;
    if (text === this.#shown) return;
    this.#shown = text;
    process.stderr.write(`\r${text}`);
  }

  /** Removes the line. */
  end(): void {
    if (this.#shown !== '') process.stderr.write(`\r${' '.repeat(this.#shown.length)}\r`);
    this.#shown = '';
  }
}
