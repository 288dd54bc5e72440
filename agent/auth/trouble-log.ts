/** The same is not said again sooner, however often it comes and goes. */
const QUIET_MS = 60_000;
/** Different ones in that time: who reads a hundred needs no more. */
const MOST = 100;
/** Of what is wrong at one time: the fix of ten files is that of a thousand. */
const MOST_AT_ONCE = 10;

/** Told a sentence, and whether it is that all is well again. */
export type TellTrouble = (sentence: string, isOver: boolean) => void;

/** Says what is wrong with the state folder once, and not each time that somebody runs into it. */
export class TroubleLog {
  readonly #tell: TellTrouble;
  readonly #over: string;
  /** By sentence, monotonic; the oldest first. */
  readonly #toldAtMs = new Map<string, number>();
  #isOpen = false;

  /** @param over what is said when all is well again */
  constructor(tell: TellTrouble, over: string) {
    this.#tell = tell;
    this.#over = over;
  }

  /** What is wrong now, the worst first; nothing when all is well. */
  found(sentences: readonly string[]): void {
    for (const sentence of sentences.slice(0, MOST_AT_ONCE))
      this.#isOpen = this.say(sentence) || this.#isOpen;
    if (sentences.length > 0 || !this.#isOpen) return;
    this.#isOpen = false;
    this.#tell(this.#over, true);
  }

  /** Something went wrong once. Returns whether it was said. */
  say(sentence: string): boolean {
    const nowMs = performance.now();
    for (const [told, toldAtMs] of this.#toldAtMs) {
      if (nowMs - toldAtMs < QUIET_MS) break;
      this.#toldAtMs.delete(told);
    }
    // As long as it goes on, it was said.
    const wasTold = this.#toldAtMs.delete(sentence);
    if (this.#toldAtMs.size >= MOST) return false;
    this.#toldAtMs.set(sentence, nowMs);
    if (!wasTold) this.#tell(sentence, false);
    return !wasTold;
  }
}
