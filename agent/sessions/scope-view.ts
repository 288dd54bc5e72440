import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host } from '../../shared/protocol/messages.ts';
import { isAllowed, scopeKey, type Scope } from '../auth/grant.ts';
import type { Feed } from '../hosts/feed.ts';
import type { MetricSet } from '../store/metric-set.ts';

/** What one scope lets its bearers see of a feed. The rest is unknown to them: it is answered as what does not exist. */
export class ScopeView {
  readonly feed: Feed;
  /** Equal for views of the same scope. */
  readonly key: string;
  readonly tables: readonly TableDescriptor[];
  readonly #scope: Scope;
  readonly #isHostSeen: boolean;
  #catalogue: { readonly of: readonly MetricDescriptor[]; readonly seen: readonly MetricDescriptor[] };

  constructor(feed: Feed, scope: Scope) {
    this.feed = feed;
    this.key = scopeKey(scope);
    this.#scope = scope;
    this.#isHostSeen = this.#allows({ kind: 'host', name: feed.host.id });
    this.tables = this.#isHostSeen
      ? feed.tables.filter(({ name }) => this.#allows({ kind: 'table', name }))
      : [];
    this.#catalogue = { of: [], seen: [] };
  }

  /** `null` when not even that the host exists may be known. */
  get host(): Host | null {
    if (!this.#isHostSeen) return null;
    const { host } = this.feed;
    return this.#allows({ kind: 'facts' }) ? host : { ...host, facts: {} };
  }

  get catalogue(): readonly MetricDescriptor[] {
    const { catalogue } = this.feed;
    if (this.#catalogue.of !== catalogue) {
      this.#catalogue = { of: catalogue, seen: catalogue.filter(({ name }) => this.sees(name)) };
    }
    return this.#catalogue.seen;
  }

  /** Samples that are kept at most. It follows from how many metrics there are, so that a scope of some is told what time alone allows. */
  get maxBackfill(): number {
    const { ring } = this.feed;
    return this.#scope.metrics.includes('*') ? ring.capacity : ring.keptUnits;
  }

  /** Whether a metric of that name, present or gone, may be known. */
  sees(metric: string): boolean {
    return this.#isHostSeen && this.#allows({ kind: 'metric', name: metric });
  }

  /** As `Feed.require`. @throws RequestError `unknown_metric` */
  require(patterns: readonly string[]): MetricSet {
    return this.feed.require(patterns, this);
  }

  /** As `Feed.select`. */
  select(patterns: readonly string[]): MetricSet {
    return this.feed.select(patterns, this);
  }

  #allows(resource: Parameters<typeof isAllowed>[1]): boolean {
    return isAllowed({ scope: this.#scope, isAdmin: false }, resource);
  }
}
