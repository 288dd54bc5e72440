import { matchesGlob, selectMetrics, type MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { MetricSet } from '../store/metric-set.ts';
import { RequestError } from './request-error.ts';

/** Each takes some 100 KB for all metrics of a large host. */
const MAX_SELECTIONS = 100;

/** What a scope shows of a host's metrics. */
export interface VisibleMetrics {
  /** Equal for the same scope. */
  readonly scopeKey: string;
  readonly catalogue: readonly MetricDescriptor[];
  /** Whether the scope includes a metric of that name, present or vanished. */
  includes(metric: string): boolean;
}

/** Resolves the names and globs of subscriptions to a host, each list once per scope and catalogue. */
export class MetricSelection {
  readonly #stream: Pick<HostStream, 'store' | 'catalogue'>;
  /** Results of `require` and of `select`. */
  readonly #required = new Map<string, MetricSet>();
  readonly #selected = new Map<string, MetricSet>();
  readonly #lists = new Map<string, string[]>();
  #catalogue: readonly MetricDescriptor[] = [];

  constructor(stream: Pick<HostStream, 'store' | 'catalogue'>) {
    this.#stream = stream;
  }

  /**
   * The series of a new subscription, all or nothing. A vanished metric is still known by name: its past may be held, and it may reappear.
   * @throws RequestError `unknown_metric`
   */
  require(patterns: readonly string[], visible: VisibleMetrics): MetricSet {
    return this.#once(this.#required, patterns, visible, () =>
      this.#stream.store.metricSet(requireMetrics(patterns, this.#known(patterns, visible))),
    );
  }

  /** The present series of a subscription: all that its globs match, and its names, vanished ones included. Patterns without a match are skipped. */
  select(patterns: readonly string[], visible: VisibleMetrics): MetricSet {
    return this.#once(this.#selected, patterns, visible, () => {
      const known = this.#known(patterns, visible);
      const found = patterns.filter((pattern) => known.some(({ name }) => matchesGlob(pattern, name)));
      return this.#stream.store.metricSet(requireMetrics(found, known));
    });
  }

  /** An equal list that thousands of clients can keep as one, each of which has sent its own. Never write to it. */
  shared(names: string[]): string[] {
    const key = JSON.stringify(names);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    if (this.#lists.size >= MAX_SELECTIONS) this.#lists.clear();
    this.#lists.set(key, names);
    return names;
  }

  #known(patterns: readonly string[], visible: VisibleMetrics): readonly MetricDescriptor[] {
    const vanished = this.#stream.store.vanishedAmong(patterns).filter(({ name }) => visible.includes(name));
    return [...visible.catalogue, ...vanished];
  }

  #once(
    cache: Map<string, MetricSet>,
    patterns: readonly string[],
    visible: VisibleMetrics,
    resolved: () => MetricSet,
  ): MetricSet {
    if (this.#catalogue !== this.#stream.catalogue) {
      this.#catalogue = this.#stream.catalogue;
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
  // Globs that differ only in repeated stars match the same: resolve them once.
  const written = new Map(patterns.map((pattern) => [pattern.replaceAll(/\*+/g, '*'), pattern]));
  const { found, unknown: missing } = selectMetrics([...written.keys()], catalogue);
  if (found !== undefined) return found;
  const unknown = written.get(missing) ?? missing;
  throw new RequestError(
    'unknown_metric',
    unknown.includes('*') ? `No metric matches ${unknown}` : `Unknown metric: ${unknown}`,
  );
}
