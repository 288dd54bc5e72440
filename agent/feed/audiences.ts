import { scopeKey, type Scope } from '../auth/grant.ts';
import type { Feed } from './feed.ts';
import { View } from './view.ts';
import { Greeting, type Introduction } from './welcome.ts';

/** Those who may see the same: what that is, and how they are greeted. */
export interface Audience {
  readonly view: View;
  readonly greeting: Greeting;
}

/** As many as an operator makes tokens with different scopes; past it the oldest are made anew when they are needed again. */
const MAX_AUDIENCES = 256;

/** The audiences of a feed, each made once. */
export class Audiences {
  readonly #feed: Feed;
  readonly #introduction: Introduction;
  readonly #audiences = new Map<string, Audience>();

  constructor(feed: Feed, introduction: Introduction) {
    this.#feed = feed;
    this.#introduction = introduction;
  }

  of(scope: Scope): Audience {
    const key = scopeKey(scope);
    const known = this.#audiences.get(key);
    if (known !== undefined) return known;
    const view = new View(this.#feed, scope);
    const audience = { view, greeting: new Greeting(view, this.#introduction) };
    const [oldest] = this.#audiences.keys();
    if (this.#audiences.size >= MAX_AUDIENCES && oldest !== undefined) this.#audiences.delete(oldest);
    this.#audiences.set(key, audience);
    return audience;
  }
}
