import type { LitElement, ReactiveController } from 'lit';
import { browserClock } from '../../../browser-clock.ts';
import { LazyModule } from '../../../lazy-module.ts';
import { PartController } from '../../part-controller.ts';
import type { GetToken, TokenSource } from './token-source.ts';

/** Most agents on other people's pages ask for no token, or the page has it at hand. */
const tokenPart = new LazyModule(() => import('./token-source.ts'), browserClock);

/** Gets the token of a panel from its `getToken`. */
export class TokenController implements ReactiveController {
  readonly #host: LitElement;
  readonly #part: PartController<NonNullable<typeof tokenPart.module>>;
  #source: TokenSource | null = null;

  constructor(host: LitElement) {
    this.#host = host;
    this.#part = new PartController(host, tokenPart);
    host.addController(this);
  }

  /** Why `getToken` gave none, if that is known. */
  get error(): string | null {
    return this.#source?.error ?? null;
  }

  /** `null`: `getToken` has yet to give one, or could not. */
  tokenFor(agentUrl: string, getToken: GetToken): string | null {
    this.#part.want();
    const { module } = this.#part;
    if (module === null) return null;
    this.#source ??= new module.TokenSource(() => this.#host.requestUpdate());
    this.#source.use(getToken, agentUrl);
    return this.#source.token ?? null;
  }

  /** The agent did not accept the token. */
  refused(): void {
    this.#source?.refused();
  }

  /** The token is about to end. */
  expiring(): void {
    this.#source?.expiring();
  }

  hostDisconnected(): void {
    this.#source?.stop();
  }
}
