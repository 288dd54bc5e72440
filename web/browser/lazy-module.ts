import type { Clock } from '../../shared/clock.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** A module loaded on demand. While it has followers, failed attempts are repeated at growing intervals. */
export class LazyModule<Module> {
  readonly #import: () => Promise<Module>;
  readonly #clock: Clock;
  readonly #isTriedOnce: boolean;
  readonly #followers = new Set<() => void>();
  #module: Module | null = null;
  #isBusy = false;
  #failures = 0;

  /** @param isTriedOnce make a single attempt: the module may be missing for good */
  constructor(load: () => Promise<Module>, clock: Clock, isTriedOnce = false) {
    this.#import = load;
    this.#clock = clock;
    this.#isTriedOnce = isTriedOnce;
  }

  /** `null` until it is loaded. */
  get module(): Module | null {
    return this.#module;
  }

  /** At least one attempt failed, and it is still missing. */
  get hasFailed(): boolean {
    return this.#module === null && this.#failures > 0;
  }

  load(): void {
    if (this.#module !== null || this.#isBusy) return;
    this.#isBusy = true;
    void this.#attempt();
  }

  /** Loads it, and calls `changed` after each attempt. Returns the undo. */
  follow(changed: () => void): () => void {
    this.#followers.add(changed);
    this.load();
    return () => this.#followers.delete(changed);
  }

  async #attempt(): Promise<void> {
    try {
      this.#module = await this.#import();
    } catch {
      this.#retryLater();
    }
    for (const changed of this.#followers) changed();
  }

  #retryLater(): void {
    const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    if (this.#isTriedOnce) return;
    this.#clock.schedule(() => {
      this.#isBusy = false;
      if (this.#followers.size > 0) this.load();
    }, delayMs);
  }
}
