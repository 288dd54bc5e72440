/** The same is not said again sooner, however often it comes and goes. */
const QUIET_MS = 60_000;
const MOST = 100;

/** Told a sentence, and whether it is that all is well again. */
export type TellTrouble = (sentence: string, isOver: boolean) => void;

/** Says what is wrong with the state folder once, and not each time that somebody runs into it. */
export class TroubleLog {
  readonly #tell: TellTrouble;
  readonly #over: string;
  /** By sentence, monotonic. */
  readonly #toldAtMs = new Map<string, number>();
  #isOpen = false;

  /** @param over what is said when all is well again */
  constructor(tell: TellTrouble, over: string) {
    this.#tell = tell;
    this.#over = over;
  }

  /** What is wrong now; nothing when all is well. */
  found(sentences: readonly string[]): void {
    for (const sentence of sentences) this.#isOpen = this.say(sentence) || this.#isOpen;
    if (sentences.length > 0 || !this.#isOpen) return;
    this.#isOpen = false;
    this.#tell(this.#over, true);
  }

  /** Something went wrong once. Returns whether it was said. */
  say(sentence: string): boolean {
    const nowMs = performance.now();
    const toldAtMs = this.#toldAtMs.get(sentence) ?? Number.NEGATIVE_INFINITY;
    // As long as it goes on, it was said.
    this.#toldAtMs.delete(sentence);
    this.#toldAtMs.set(sentence, nowMs);
    if (nowMs - toldAtMs < QUIET_MS) return false;
    if (this.#toldAtMs.size > MOST) this.#toldAtMs.delete(this.#toldAtMs.keys().next().value ?? '');
    this.#tell(sentence, false);
    return true;
  }
}
