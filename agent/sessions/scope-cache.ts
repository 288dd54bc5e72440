import { scopeKey, type Scope } from '../auth/grant.ts';
import type { Feed } from '../hosts/feed.ts';
import { ScopeView } from './scope-view.ts';
import { Greeting, type Introduction } from './welcome.ts';

/** Those who may see the same: what that is, and how they are greeted. */
export interface ScopedView {
  readonly view: ScopeView;
  readonly greeting: Greeting;
}

/** As many as an operator makes tokens with different scopes; past it the oldest are made anew when they are needed again. */
const MAX_AUDIENCES = 256;

/** The audiences of a feed, each made once. */
export class ScopeCache {
  readonly #feed: Feed;
  readonly #introduction: Introduction;
  readonly #audiences = new Map<string, ScopedView>();

  constructor(feed: Feed, introduction: Introduction) {
    this.#feed = feed;
    this.#introduction = introduction;
  }

  of(scope: Scope): ScopedView {
    const key = scopeKey(scope);
    const known = this.#audiences.get(key);
    if (known !== undefined) return known;
    const view = new ScopeView(this.#feed, scope);
    const audience = { view, greeting: new Greeting(view, this.#introduction) };
    const [oldest] = this.#audiences.keys();
    if (this.#audiences.size >= MAX_AUDIENCES && oldest !== undefined) this.#audiences.delete(oldest);
    this.#audiences.set(key, audience);
    return audience;
  }
}
