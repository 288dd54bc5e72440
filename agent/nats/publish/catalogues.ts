import { createHash } from 'node:crypto';
import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { MetricSet } from '../../store/metric-set.ts';

/** A catalogue, and the samples that it describes. */
export interface CatalogueSpan {
  /** Equal for equal catalogues and tables. */
  readonly id: string;
  /** Number of the first sample. */
  readonly from: number;
  readonly catalogue: readonly MetricDescriptor[];
}

/** Where containers come and go each second, the samples before are as good as evicted. */
const MAX_SPANS = 256;
/** That of the newest sample, and one that is being read. */
const MAX_SETS = 2;

/** Which catalogue describes which samples of a store: the store itself knows the newest one only. */
export class Catalogues {
  readonly #host: LocalHost;
  /** Oldest first. */
  readonly #spans: CatalogueSpan[] = [];
  #newest: readonly MetricDescriptor[] | undefined;
  #sets: readonly { readonly span: CatalogueSpan; readonly set: MetricSet }[] = [];

  constructor(host: LocalHost) {
    this.#host = host;
  }

  /** That of the newest sample; before the first, that of the host. */
  get current(): CatalogueSpan {
    return this.#spans.at(-1) ?? this.#spanFrom(1);
  }

  /** The oldest sample that can be read. */
  get oldest(): number {
    return Math.max(this.#host.store.oldest, this.#spans[0]?.from ?? 0);
  }

  /** Call after each sample. Returns whether its catalogue is another one than that of the sample before. */
  sampleTaken(): boolean {
    const { store } = this.#host;
    if (store.catalogue === this.#newest) return false;
    this.#newest = store.catalogue;
    // A column may have been given to another metric.
    this.#sets = [];
    const span = this.#spanFrom(this.#spans.length === 0 ? store.oldest : store.head.seq);
    const isOther = span.id !== this.#spans.at(-1)?.id;
    if (isOther) this.#spans.push(span);
    while (
      this.#spans.length > MAX_SPANS ||
      (this.#spans[1]?.from ?? Number.POSITIVE_INFINITY) <= store.oldest
    )
      this.#spans.shift();
    return isOther;
  }

  /**
   * The span of a sample, the number of its last sample, and how to read it.
   * @param seq at least `oldest`
   */
  at(seq: number): { readonly span: CatalogueSpan; readonly last: number; readonly set: MetricSet } {
    const index = this.#spans.findLastIndex(({ from }) => from <= seq);
    const span = this.#spans[index];
    if (span === undefined) throw new RangeError(`sample ${seq} has no catalogue`);
    const last = (this.#spans[index + 1]?.from ?? this.#host.store.head.seq + 1) - 1;
    return { span, last, set: this.#setOf(span) };
  }

  #setOf(span: CatalogueSpan): MetricSet {
    const known = this.#sets.find((one) => one.span === span);
    if (known !== undefined) return known.set;
    const set = this.#host.store.metricSet(span.catalogue);
    this.#sets = [{ span, set }, ...this.#sets].slice(0, MAX_SETS);
    return set;
  }

  #spanFrom(from: number): CatalogueSpan {
    const { catalogue } = this.#host.store;
    return { id: idOf(catalogue, this.#host.tables), from, catalogue };
  }
}

function idOf(catalogue: readonly MetricDescriptor[], tables: readonly TableDescriptor[]): string {
  return createHash('sha256')
    .update(JSON.stringify([catalogue, tables]))
    .digest('hex')
    .slice(0, 16);
}
