import type { LitElement, ReactiveController } from 'lit';
import { browserClock } from '../../../browser/browser-clock.ts';
import { LazyModule } from '../../../browser/lazy-module.ts';
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

  /** `null` until a `getToken` was needed and its part is loaded. */
  get source(): TokenSource | null {
    return this.#source;
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

  hostDisconnected(): void {
    this.#source?.stop();
  }
}
