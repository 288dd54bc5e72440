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

interface Span extends CatalogueSpan {
  /** How to read it from the store as it is now. */
  set: MetricSet | undefined;
}

/** Which catalogue describes which samples of a store: the store itself knows the newest one only. */
export class Catalogues {
  readonly #host: LocalHost;
  /** Oldest first. */
  readonly #spans: Span[] = [];
  #newest: readonly MetricDescriptor[] | undefined;

  constructor(host: LocalHost) {
    this.#host = host;
  }

  /** That of the newest sample; before the first, that of the host. */
  get current(): CatalogueSpan {
    return this.#spans.at(-1) ?? this.#spanFrom(1);
  }

  /** Call after each sample. Returns whether its catalogue is another one than that of the sample before. */
  sampleTaken(): boolean {
    const { store } = this.#host;
    if (store.catalogue === this.#newest) return false;
    this.#newest = store.catalogue;
    const span = this.#spanFrom(store.head.seq);
    // A column may have been given to another metric.
    for (const one of this.#spans) one.set = undefined;
    const isOther = span.id !== this.#spans.at(-1)?.id;
    if (isOther) this.#spans.push(span);
    while (this.#spans.length > 1 && (this.#spans[1]?.from ?? 0) <= store.oldest) this.#spans.shift();
    return isOther;
  }

  /**
   * The span of a sample, the number of its last sample, and how to read it.
   * @param seq held by the store
   */
  at(seq: number): { readonly span: CatalogueSpan; readonly last: number; readonly set: MetricSet } {
    const { store } = this.#host;
    const index = this.#spans.findLastIndex(({ from }) => from <= seq);
    const span = this.#spans[index];
    if (span === undefined) throw new RangeError(`sample ${seq} has no catalogue`);
    span.set ??= store.metricSet(span.catalogue);
    return { span, last: (this.#spans[index + 1]?.from ?? store.head.seq + 1) - 1, set: span.set };
  }

  #spanFrom(from: number): Span {
    const { catalogue } = this.#host.store;
    return { id: idOf(catalogue, this.#host.tables), from, catalogue, set: undefined };
  }
}

function idOf(catalogue: readonly MetricDescriptor[], tables: readonly TableDescriptor[]): string {
  return createHash('sha256')
    .update(JSON.stringify([catalogue, tables]))
    .digest('hex')
    .slice(0, 16);
}
