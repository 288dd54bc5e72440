/** Gives the token to show to an agent; called again when that one is refused. */
export type GetToken = () => string | Promise<string>;

/** A page that gives refused tokens for ever is asked no more often. */
const ASK_AGAIN_MS = 10_000;

/** Asks a page's `getToken` when a token is needed, and not before. */
export class TokenSource {
  readonly #changed: () => void;
  #getToken: GetToken | null = null;
  #agentUrl = '';
  #token: string | undefined;
  #error: string | null = null;
  #isAsking = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;

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

  /** Asks, if another function or another agent is meant than before. */
  use(getToken: GetToken, agentUrl: string): void {
    if (getToken === this.#getToken && agentUrl === this.#agentUrl) return;
    this.#getToken = getToken;
    this.#agentUrl = agentUrl;
    this.#ask();
  }

  /** The agent did not take the token. */
  refused(): void {
    if (this.#token !== undefined && performance.now() - this.#askedAtMs >= ASK_AGAIN_MS) this.#ask();
  }

  /** The token is about to end: asks for another, and keeps this one until that is there. */
  expiring(): void {
    if (this.#token !== undefined) this.#ask(true);
  }

  #ask(isKept = false): void {
    const getToken = this.#getToken;
    if (getToken === null || this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAtMs = performance.now();
    if (!isKept) this.#token = undefined;
    this.#error = null;
    void this.#answer(getToken);
  }

  async #answer(getToken: GetToken): Promise<void> {
    try {
      this.#token = await getToken();
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
    this.#isAsking = false;
    // Another one was meant meanwhile.
    if (getToken === this.#getToken) this.#changed();
    else this.#ask();
  }
}
