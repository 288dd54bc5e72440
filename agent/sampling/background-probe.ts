/** How to probe things that may hang: a remote filesystem, a sensor behind a slow bus. */
export interface BackgroundProbeOptions<Thing, Answer> {
  readonly probe: (thing: Thing) => Promise<Answer>;
  /** Unique among the things of one round. */
  readonly keyOf: (thing: Thing) => string;
  /** Display name, used as the beginning of a sentence. */
  readonly nameOf: (thing: Thing) => string;
  /** Called with a sentence when a thing stops answering, and again when it recovers. */
  readonly onTrouble: (message: string) => void;
}

const DEADLINE_MS = 2000;

/**
 * The latest answers of things that may hang. A dead server or device can block a call forever, and each blocked call occupies one of the four
 * threads of Node's pool. Things are therefore probed strictly one after another: at most one thread is lost, and until it returns the
 * remaining answers are unknown too. No caller ever waits.
 */
export class BackgroundProbe<Thing, Answer> {
  readonly #options: BackgroundProbeOptions<Thing, Answer>;
  readonly #answers = new Map<string, { readonly answer: Answer; readonly round: number }>();
  readonly #inTrouble = new Set<string>();
  #round = 0;
  #isProbing = false;
  #isClosed = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(options: BackgroundProbeOptions<Thing, Answer>) {
    this.#options = options;
  }

  /** Whether a round is under way. */
  get isProbing(): boolean {
    return this.#isProbing;
  }

  /** `null` if the previous round brought no answer. */
  lastOf(thing: Thing): Answer | null {
    const last = this.#answers.get(this.#options.keyOf(thing));
    return last?.round === this.#round ? last.answer : null;
  }

  /** Starts a round, unless the previous one is still running. */
  probeAll(things: readonly Thing[]): void {
    this.#round += 1;
    this.#forgetOthers(things);
    if (!this.#isProbing && things.length > 0) void this.#probeEach(things);
  }

  /** A call that hangs keeps running; its answer is discarded. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#deadline);
  }

  async #probeEach(things: readonly Thing[]): Promise<void> {
    this.#isProbing = true;
    for (const thing of things) {
      if (this.#isClosed) return;
      await this.#probeOne(thing);
    }
    this.#isProbing = false;
  }

  async #probeOne(thing: Thing): Promise<void> {
    const { probe, keyOf, nameOf, onTrouble } = this.#options;
    this.#deadline = setTimeout(
      () => this.#failed(thing, 'does not answer: nothing of its kind is known until it does'),
      DEADLINE_MS,
    );
    this.#deadline.unref();
    try {
      const answer = await probe(thing);
      if (this.#isClosed) return;
      this.#answers.set(keyOf(thing), { answer, round: this.#round });
      if (this.#inTrouble.delete(keyOf(thing))) onTrouble(`${nameOf(thing)} answers again`);
    } catch (error) {
      if (!this.#isClosed)
        this.#failed(thing, `cannot be read (${String(error)}); its figures are unknown until it can`);
    } finally {
      clearTimeout(this.#deadline);
    }
  }

  #failed(thing: Thing, how: string): void {
    const { keyOf, nameOf, onTrouble } = this.#options;
    const key = keyOf(thing);
    this.#answers.delete(key);
    if (this.#inTrouble.has(key)) return;
    this.#inTrouble.add(key);
    onTrouble(`${nameOf(thing)} ${how}`);
  }

  #forgetOthers(things: readonly Thing[]): void {
    const present = new Set(things.map((thing) => this.#options.keyOf(thing)));
    for (const key of this.#answers.keys()) {
      if (!present.has(key)) this.#answers.delete(key);
    }
    for (const key of this.#inTrouble) {
      if (!present.has(key)) this.#inTrouble.delete(key);
    }
  }
}
