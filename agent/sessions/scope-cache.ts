import { scopeKey, type Scope } from '../auth/grant.ts';
import type { Broadcasts } from './broadcast.ts';
import type { Overview } from './overview.ts';
import { ScopeView } from './scope-view.ts';
import { Greeting, type Introduction } from './welcome.ts';

/** What clients of one scope see, and their welcome. */
export interface ScopeEntry {
  readonly view: ScopeView;
  readonly greeting: Greeting;
}

/** More distinct scopes than an operator is likely to create; beyond this, the oldest are rebuilt on demand. */
const MAX_ENTRIES = 256;

/** Views by scope, each built once. */
export class ScopeCache {
  readonly #broadcasts: Broadcasts;
  readonly #overview: Overview;
  readonly #introduction: Introduction;
  readonly #entries = new Map<string, ScopeEntry>();

  constructor(broadcasts: Broadcasts, overview: Overview, introduction: Introduction) {
    this.#broadcasts = broadcasts;
    this.#overview = overview;
    this.#introduction = introduction;
  }

  of(scope: Scope): ScopeEntry {
    const key = scopeKey(scope);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const view = new ScopeView(this.#broadcasts, scope, this.#overview);
    const entry = { view, greeting: new Greeting(view, this.#introduction) };
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }
}
