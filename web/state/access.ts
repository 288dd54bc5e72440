import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import { keepAccessToken, takeAccessToken } from './access-token.ts';
import type { Connection } from './connection.ts';
import { Observable } from './observable.ts';

export interface TokenRequest {
  /** The agent's reason for refusing the last token; empty if it refused none. */
  readonly refusal: string;
  /** When the agent accepts a token again, by the page's clock; 0: now. */
  readonly untilMs: number;
}

/** The token of this tab: where it comes from, whether it is kept, and when the reader must type one. */
export class Access {
  /** `null` while no token is needed from the reader. */
  readonly request = new Observable<TokenRequest | null>(null);

  readonly #connection: Connection;
  /** The token was typed, and the agent has not answered yet. */
  #isUntried = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes the token from the page's address or the tab's session. Returns the undo. */
  start(): () => void {
    const take = (): void => {
      const token = takeAccessToken();
      if (token !== undefined) this.#connection.token.set(token);
    };
    take();
    window.addEventListener('hashchange', take);
    const unfollow = this.#connection.status.onChange(this.#statusChanged);
    return () => {
      window.removeEventListener('hashchange', take);
      unfollow();
    };
  }

  /** Tries a token that the reader typed, even the one that was just refused. */
  give(token: string): void {
    this.#isUntried = true;
    if (this.#connection.token.value === token) this.#connection.retry();
    else this.#connection.token.set(token);
  }

  readonly #statusChanged = (status: ConnectionStatus): void => {
    const { state } = status;
    const { token } = this.#connection;
    const isForToken = 'isForToken' in status;
    if (state === 'connected' && token.value !== undefined) keepAccessToken(token.value);
    if (state === 'error' && isForToken) keepAccessToken('');
    // Blocked: do not retry a token that is probably wrong. One that worked before reconnects by itself.
    if (state === 'reconnecting' && isForToken && this.#isUntried) token.set(undefined);
    this.#isUntried &&= state !== 'connected' && state !== 'error' && token.value !== undefined;
    if (state === 'error' && isForToken) {
      this.request.set({ refusal: token.value === undefined ? '' : status.reason, untilMs: 0 });
    } else if (state === 'reconnecting' && isForToken && token.value === undefined) {
      this.request.set({ refusal: status.reason, untilMs: status.retryAtMs ?? 0 });
    } else if (state !== 'connecting' && state !== 'disconnected') {
      this.request.set(null);
    }
  };
}
