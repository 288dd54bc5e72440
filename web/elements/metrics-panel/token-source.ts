import { browserClock } from '../../browser-clock.ts';

/** Gives the token to show to an agent; called again when that one is refused. */
export type GetToken = () => string | Promise<string>;

/** How often a page is asked that gives refused tokens for ever, or none. */
const ASK_AGAIN_MS = 10_000;

/** Asks a page's `getToken` when a token is needed, and not before; later again where that gave none, or none that is good. */
export class TokenSource {
  readonly #changed: () => void;
  #getToken: GetToken | null = null;
  #agentUrl = '';
  #token: string | undefined;
  #error: string | null = null;
  /** Number of the question that is not answered yet; others are not waited for any more. */
  #asked = 0;
  #isAsking = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #cancelAsking: (() => void) | null = null;

  /** @param changed called when an answer has come */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The token, once it is there. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Why there is none, if that is known. */
  get error(): string | null {
    return this.#error;
  }

  /**
   * Asks, if another agent is meant than before, or there is no token. Another function is asked from then on: frameworks make a new
   * one at each rendering.
   */
  use(getToken: GetToken, agentUrl: string): void {
    const isOther = getToken !== this.#getToken;
    this.#getToken = getToken;
    if (agentUrl !== this.#agentUrl) {
      this.#agentUrl = agentUrl;
      this.#ask();
      return;
    }
    const isAnswerDue = this.#isAsking && !(isOther && this.#waitMs === 0);
    if (this.#token === undefined && !isAnswerDue && this.#cancelAsking === null) this.#askLater();
  }

  /** Asks no more, until it is used again. */
  stop(): void {
    this.#cancelAsking?.();
    this.#cancelAsking = null;
  }

  /** The agent did not take the token. */
  refused(): void {
    if (this.#getToken !== null && !this.#isAsking) this.#askLater();
  }

  /** The token is about to end: asks for another, and keeps this one until that is there. */
  expiring(): void {
    if (this.#token !== undefined && !this.#isAsking) this.#ask(true);
  }

  get #waitMs(): number {
    return Math.max(0, this.#askedAtMs + ASK_AGAIN_MS - performance.now());
  }

  #askLater(isKept = false): void {
    this.stop();
    this.#cancelAsking = browserClock.schedule(() => this.#ask(isKept), this.#waitMs);
  }

  #ask(isKept = false): void {
    this.stop();
    const getToken = this.#getToken;
    if (getToken === null) return;
    this.#asked += 1;
    this.#isAsking = true;
    this.#askedAtMs = performance.now();
    if (!isKept) this.#token = undefined;
    this.#error = null;
    void this.#answer(getToken, this.#asked);
  }

  async #answer(getToken: GetToken, question: number): Promise<void> {
    let token: unknown;
    let error = 'getToken gave no text';
    try {
      token = await getToken();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    if (question !== this.#asked) return;
    this.#isAsking = false;
    if (typeof token === 'string') {
      this.#token = token;
    } else {
      // The one that is there may still be good.
      if (this.#token === undefined) this.#error = error;
      this.#askLater(this.#token !== undefined);
    }
    this.#changed();
  }
}
