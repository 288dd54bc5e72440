import { matchesGlob, selectMetrics, type MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { SampleStore } from '../store/sample-store.ts';
import { RequestError } from './request-error.ts';

/** Of the metrics of a large host each takes some 100 KB. */
const MAX_SELECTIONS = 100;

/** What a scope shows of a host's metrics. */
export interface VisibleMetrics {
  /** Equal for the same scope. */
  readonly scopeKey: string;
  readonly catalogue: readonly MetricDescriptor[];
  /** Whether a metric of that name, present or gone, is in the scope. */
  includes(metric: string): boolean;
}

/** Resolves the names and globs of subscriptions to a host, each list once per scope and catalogue. */
export class MetricSelection {
  readonly #store: SampleStore;
  /** Where every pattern has to match something, and where those that match nothing are left out. */
  readonly #required = new Map<string, MetricSet>();
  readonly #selected = new Map<string, MetricSet>();
  #catalogue: readonly MetricDescriptor[] = [];

  constructor(store: SampleStore) {
    this.#store = store;
  }

  /**
   * What a new subscription follows, all or nothing. A metric that vanished is still known by its name: its past may be held, and it may come again.
   * @throws RequestError `unknown_metric`
   */
  require(patterns: readonly string[], visible: VisibleMetrics): MetricSet {
    return this.#once(this.#required, patterns, visible, () =>
      this.#store.metricSet(requireMetrics(patterns, this.#known(patterns, visible))),
    );
  }

  /** What a subscription follows now: whatever its globs match, and its names, vanished ones included. */
  select(patterns: readonly string[], visible: VisibleMetrics): MetricSet {
    return this.#once(this.#selected, patterns, visible, () => {
      const known = this.#known(patterns, visible);
      const found = patterns.filter((pattern) => known.some(({ name }) => matchesGlob(pattern, name)));
      return this.#store.metricSet(requireMetrics(found, known));
    });
  }

  #known(patterns: readonly string[], visible: VisibleMetrics): readonly MetricDescriptor[] {
    const vanished = this.#store.vanishedAmong(patterns).filter(({ name }) => visible.includes(name));
    return [...visible.catalogue, ...vanished];
  }

  #once(
    cache: Map<string, MetricSet>,
    patterns: readonly string[],
    visible: VisibleMetrics,
    resolved: () => MetricSet,
  ): MetricSet {
    if (this.#catalogue !== this.#store.catalogue) {
      this.#catalogue = this.#store.catalogue;
      this.#required.clear();
      this.#selected.clear();
    }
    const key = [visible.scopeKey, ...patterns].join('\n');
    const set = cache.get(key) ?? resolved();
    if (cache.size < MAX_SELECTIONS) cache.set(key, set);
    return set;
  }
}

/** Resolves names and globs, all or nothing. @throws RequestError `unknown_metric` */
export function requireMetrics(
  patterns: readonly string[],
  catalogue: readonly MetricDescriptor[],
): readonly MetricDescriptor[] {
  // Globs that differ only in how many stars they repeat match the same, and are looked for once.
  const written = new Map(patterns.map((pattern) => [pattern.replaceAll(/\*+/g, '*'), pattern]));
  const { found, unknown: missing } = selectMetrics([...written.keys()], catalogue);
  if (found !== undefined) return found;
  const unknown = written.get(missing) ?? missing;
  throw new RequestError(
    'unknown_metric',
    unknown.includes('*') ? `No metric matches ${unknown}` : `Unknown metric: ${unknown}`,
  );
}
