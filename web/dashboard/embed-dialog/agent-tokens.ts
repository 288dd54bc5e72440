/** What an agent tells of a token that it made. */
export interface TokenSummary {
  readonly id: string;
  readonly label: string;
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  readonly origins: readonly string[];
  /** Unix ms; `null` for never. */
  readonly expiresAtMs: number | null;
}

/** What is asked of a new token. */
export interface TokenWish {
  readonly metrics: readonly string[];
  readonly origins: readonly string[];
  /** `null` for never. */
  readonly expiresInS: number | null;
}

/** The tokens of an agent, for whoever shows its secret. */
export class AgentTokens {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param agentUrl with a slash at its end */
  constructor(agentUrl: string, secret: string) {
    this.#url = `${agentUrl}tokens`;
    this.#headers = { Authorization: `Bearer ${secret}` };
  }

  /** Those that are good; `null` when it is not the secret that is shown. @throws Error when the agent does not answer */
  async list(): Promise<readonly TokenSummary[] | null> {
    const answer = await this.#ask('');
    if (!answer.ok) return null;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent that the dashboard itself came from
    return ((await answer.json()) as { tokens: TokenSummary[] }).tokens;
  }

  /** The new token. @throws Error that says what was wrong with the wish */
  async create(wish: TokenWish): Promise<string> {
    const answer = await this.#ask('', { method: 'POST', body: JSON.stringify(wish) });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const said = (await answer.json()) as { token?: string; error?: string };
    if (said.token === undefined) throw new Error(said.error ?? `HTTP ${answer.status}`);
    return said.token;
  }

  /** One that there is no more is revoked. @throws Error when the agent does not do it */
  async revoke(id: string): Promise<void> {
    const answer = await this.#ask(`/${encodeURIComponent(id)}`, { method: 'DELETE' });
    if (!answer.ok && answer.status !== 404) throw new Error(`HTTP ${answer.status}`);
  }

  #ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#url + path, { ...init, headers: this.#headers, redirect: 'error' });
  }
}
