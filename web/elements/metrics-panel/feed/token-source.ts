import { browserClock } from '../../../browser/browser-clock.ts';

/** Gives the token for an agent; called again when the agent refuses it. */
export type GetToken = () => string | Promise<string>;

/** Least time between calls of a `getToken` that gives no token, or refused ones. */
const ASK_AGAIN_MS = 10_000;

/** Calls a page's `getToken` when a token is needed, and again later if it gave none or a refused one. */
export class TokenSource {
  readonly #changed: () => void;
  #getToken: GetToken | null = null;
  #agentUrl = '';
  #token: string | undefined;
  #error: string | null = null;
  /** Number of the latest call; answers to earlier ones are ignored. */
  #asked = 0;
  #isAsking = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #cancelAsking: (() => void) | null = null;

  /** @param changed called after each answer */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** undefined until `getToken` has answered. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Why there is no token, if that is known. */
  get error(): string | null {
    return this.#error;
  }

  /**
   * Asks if the agent is another one, or if there is no token. A new function only replaces the old one: frameworks make one at
   * each rendering.
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

  stop(): void {
    this.#cancelAsking?.();
    this.#cancelAsking = null;
  }

  refused(): void {
    if (this.#getToken !== null && !this.#isAsking) this.#askLater();
  }

  /** The token is about to end: asks for another one and keeps this one until then. */
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
      // A token that was kept may still be valid.
      if (this.#token === undefined) this.#error = error;
      this.#askLater(this.#token !== undefined);
    }
    this.#changed();
  }
}
