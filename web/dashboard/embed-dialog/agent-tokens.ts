/** A token that the agent has issued. */
export interface TokenSummary {
  readonly id: string;
  readonly label: string;
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  readonly origins: readonly string[];
  /** Unix ms; `null` for never. */
  readonly expiresAtMs: number | null;
}

/** What a new token should allow. */
export interface NewToken {
  readonly metrics: readonly string[];
  /** Ids and globs; default: all. */
  readonly hosts?: readonly string[];
  readonly origins: readonly string[];
  /** `null` for never. */
  readonly expiresInS: number | null;
}

/** The agent's API for tokens, for which its secret is needed. */
export class AgentTokens {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param agentUrl ends with a slash */
  constructor(agentUrl: string, secret: string) {
    this.#url = `${agentUrl}tokens`;
    this.#headers = { Authorization: `Bearer ${secret}` };
  }

  /** Valid tokens; `null` if the agent does not accept the secret. @throws Error if the agent does not answer */
  async list(): Promise<readonly TokenSummary[] | null> {
    const answer = await this.#ask('');
    if (!answer.ok) return null;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent that served this page
    return ((await answer.json()) as { tokens: TokenSummary[] }).tokens;
  }

  /** Returns the new token. @throws Error with the agent's reason */
  async create(token: NewToken): Promise<string> {
    const answer = await this.#ask('', { method: 'POST', body: JSON.stringify(token) });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const body = (await answer.json()) as { token?: string; error?: string };
    if (body.token === undefined) throw new Error(body.error ?? `HTTP ${answer.status}`);
    return body.token;
  }

  /** Does nothing if the token no longer exists. @throws Error if the agent refuses */
  async revoke(id: string): Promise<void> {
    const answer = await this.#ask(`/${encodeURIComponent(id)}`, { method: 'DELETE' });
    if (!answer.ok && answer.status !== 404) throw new Error(`HTTP ${answer.status}`);
  }

  #ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#url + path, { ...init, headers: this.#headers, redirect: 'error' });
  }
}
