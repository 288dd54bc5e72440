import { encodeRows } from '../../shared/protocol/codec.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Position } from '../../shared/protocol/messages.ts';
import { Columns } from './columns.ts';
import { metricSet, type MetricSet } from './metric-set.ts';
import { Ring, type RingGap } from './ring.ts';
import { RingTable } from './ring-table.ts';
import type {
  BackfillStart,
  SampleQuery,
  SampleStore,
  SequencedSample,
  StoredSample,
  StoredTable,
  StoreGap,
} from './sample-store.ts';

export interface RingStoreOptions {
  /** The epoch of the samples to come, for positions before the first. */
  readonly epoch: string;
  readonly catalogue: readonly MetricDescriptor[];
  /** Length of the grid unit that `gridIndex` counts. */
  readonly unitMs: number;
  /** Expected time between samples. */
  readonly intervalMs: number;
  /** Whether it is a copy of another store, which may begin further back. */
  readonly isCopy?: boolean;
}

/** Number of ended epochs to remember, since late samples of them may still arrive. */
const MAX_ENDED = 64;

/** Keeps the last 15 minutes in memory, at most 32 MB (RT-2). */
export class RingStore implements SampleStore {
  readonly #unitMs: number;
  readonly #intervalMs: number;
  readonly #isCopy: boolean;
  #head: Position;
  #ring: Ring;
  #columns: Columns;
  readonly #tables = new Map<string, RingTable>();
  #catalogue: readonly MetricDescriptor[] = [];
  /** The column of each value of a sample; -1 where it is not kept. */
  #order: readonly number[] = [];
  /** `Sample.repeated` by column, as the ring keeps it; `undefined` where no rate is repeated. */
  #repeatedColumns = new WeakMap<readonly boolean[], Uint8Array | undefined>();
  #areRates: readonly boolean[] = [];
  /** Increases when columns are reused for other metrics. */
  #generation = 0;
  readonly #endedEpochs = new Set<string>();

  constructor({ epoch, catalogue, unitMs, intervalMs, isCopy = false }: RingStoreOptions) {
    this.#isCopy = isCopy;
    this.#unitMs = unitMs;
    this.#intervalMs = intervalMs;
    this.#head = { epoch, seq: 0 };
    this.#ring = new Ring(unitMs, catalogue.length, isCopy);
    this.#columns = new Columns(this.#ring.keptUnits);
    this.#adopt(catalogue, Number.NEGATIVE_INFINITY);
  }

  get head(): Position {
    return this.#head;
  }

  get oldest(): number {
    return this.#ring.oldest;
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#catalogue;
  }

  get capacity(): { readonly samples: number; readonly units: number } {
    return { samples: this.#ring.capacity, units: this.#ring.keptUnits };
  }

  append(sample: SequencedSample): void {
    const { epoch, seq, timestampMs, gridIndex } = sample;
    if (this.#endedEpochs.has(epoch)) return;
    if (epoch !== this.#head.epoch) this.#startOver(sample);
    else if (seq <= this.#head.seq) return;
    if (sample.catalogue !== undefined) this.#adopt(sample.catalogue, gridIndex);
    this.#ring.push(sample, this.#order, sample.repeated && this.#columnsOf(sample.repeated));
    this.#head = { epoch, seq, ts: timestampMs };
    for (const { name, rows } of sample.tables ?? []) this.#tableOf(name).push(seq, encodeRows(rows));
    for (const table of this.#tables.values()) table.forgetBefore(this.#ring.oldest);
  }

  /**
   * Replaces what it holds of its epoch, for a copy of another store that was filled again from further back.
   * @param samples of the epoch of `head`, oldest first; the first has its catalogue
   */
  refill(samples: readonly SequencedSample[]): void {
    const [first] = samples;
    if (first === undefined) return;
    this.#startOver(first, true);
    for (const sample of samples) this.append(sample);
  }

  /** Forgets every sample, for a copy of another store that nobody reads. */
  clear(): void {
    this.#reset(0);
    this.#head = { epoch: this.#head.epoch, seq: 0 };
    this.#adopt([], Number.NEGATIVE_INFINITY);
  }

  /** Whether another epoch has followed this one. */
  hasEnded(epoch: string): boolean {
    return this.#endedEpochs.has(epoch);
  }

  locate({ epoch, seq }: Position): 'held' | 'evicted' | 'other_epoch' | 'unknown' {
    if (epoch !== this.#head.epoch) return 'other_epoch';
    if (seq > this.#head.seq) return 'unknown';
    return seq < this.#ring.oldest ? 'evicted' : 'held';
  }

  *read({ after, limit, series, stride, including }: SampleQuery): Generator<StoredSample | StoreGap> {
    const { head } = this.#ring;
    let position = after;
    let count = 0;
    for (let seq = this.#ring.heldFrom(after.seq + 1); seq <= head; seq = this.#ring.heldFrom(seq + 1)) {
      if (seq !== including && !this.#ring.startsCell(seq, stride)) continue;
      if (count === limit) return;
      yield* this.#gapsBetween(position, seq);
      const timestampMs = this.#ring.timestampAt(seq);
      yield { seq, timestampMs, values: this.#valuesAt(seq, series, stride) };
      position = { epoch: after.epoch, seq, ts: timestampMs };
      count += 1;
    }
  }

  backfillStart(count: number, stride: number): BackfillStart {
    const { head, oldest } = this.#ring;
    let found = 0;
    let start = head + 1;
    for (let seq = head; seq >= oldest && found < count; seq = this.#ring.heldUpTo(seq - 1)) {
      if (seq !== head && !this.#ring.startsCell(seq, stride)) continue;
      start = seq;
      found += 1;
    }
    // If there are fewer, begin with the oldest sample held.
    return { seq: found < count ? oldest : start, count: found };
  }

  startsCell(seq: number, stride: number): boolean {
    return this.#ring.startsCell(seq, stride);
  }

  timestampAt(seq: number): number | undefined {
    const { oldest, head } = this.#ring;
    return seq >= oldest && seq <= head && this.#ring.heldFrom(seq) === seq
      ? this.#ring.timestampAt(seq)
      : undefined;
  }

  /** @throws RangeError when `seq` is not held */
  gridIndexAt(seq: number): number {
    return this.#ring.gridIndexAt(seq);
  }

  isUnbrokenAfter(seq: number): boolean {
    return seq >= this.#ring.beforeOldest && !this.#ring.hasGapAfter(seq);
  }

  isCompleteAfter(seq: number): boolean {
    return this.#ring.isCompleteAfter(seq);
  }

  table(name: string, after: number, upTo: number): StoredTable | undefined {
    const found = this.#tables.get(name)?.newestBetween(after, upTo);
    return found && { ...found, timestampMs: this.#ring.timestampAt(found.seq) };
  }

  metricSet(metrics: readonly MetricDescriptor[]): MetricSet {
    return metricSet(metrics, (name) => this.#columns.of(name), this.#generation);
  }

  vanishedAmong(names: readonly string[]): readonly MetricDescriptor[] {
    return this.#columns.vanishedAmong(names);
  }

  #gapsBetween(after: Position, seq: number): StoreGap[] {
    const { oldest } = this.#ring;
    const toTs = this.#ring.timestampAt(seq);
    if (after.seq < this.#ring.beforeOldest) {
      const missed = oldest - 1 - after.seq;
      const fromTs = after.ts ?? this.#ring.timestampAt(oldest) - missed * this.#intervalMs;
      return [{ from: after.seq + 1, to: oldest - 1, fromTs, toTs, reason: 'evicted' }];
    }
    return this.#ring.gapsBetween(after.seq, seq).map((one) => gapOf(one, after));
  }

  /** States unchanged, rates as means over the cell. */
  #valuesAt(seq: number, set: MetricSet, stride: number): (number | null)[] {
    const ring = this.#ring;
    // Most clients take every sample, so there is nothing to average.
    const rates = ring.isAlone(seq, stride) ? null : ring.ratesAt(set.rateColumns, seq, stride);
    let taken = 0;
    return set.columns.map((column, index) => {
      if (column === undefined) return null;
      if (rates === null || set.areRates[index] !== true) return ring.valueAt(column, seq);
      taken += 1;
      return rates[taken - 1] ?? null;
    });
  }

  #tableOf(name: string): RingTable {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const table = new RingTable();
    this.#tables.set(name, table);
    return table;
  }

  /** The same for the same array, which the sampler makes seldom. */
  #columnsOf(repeated: readonly boolean[]): Uint8Array | undefined {
    if (this.#repeatedColumns.has(repeated)) return this.#repeatedColumns.get(repeated);
    const columns = new Uint8Array(this.#columns.width);
    for (const [index, isRepeated] of repeated.entries()) {
      const column = this.#order[index] ?? -1;
      if (column >= 0 && isRepeated && this.#areRates[index] === true) columns[column] = 1;
    }
    const kept = columns.includes(1) ? columns : undefined;
    this.#repeatedColumns.set(repeated, kept);
    return kept;
  }

  #startOver({ epoch, seq, catalogue, gridIndex }: SequencedSample, isSameRun = false): void {
    const metrics = catalogue ?? this.#catalogue;
    if (this.#head.seq > 0 && !isSameRun) this.#endedEpochs.add(this.#head.epoch);
    const [oldest] = this.#endedEpochs;
    if (this.#endedEpochs.size > MAX_ENDED && oldest !== undefined) this.#endedEpochs.delete(oldest);
    this.#head = { epoch, seq: seq - 1 };
    this.#reset(metrics.length);
    this.#adopt(metrics, gridIndex);
  }

  #reset(metricCount: number): void {
    this.#ring = new Ring(this.#unitMs, metricCount, this.#isCopy);
    this.#columns = new Columns(this.#ring.keptUnits);
    this.#tables.clear();
    this.#generation += 1;
  }

  #adopt(catalogue: readonly MetricDescriptor[], gridIndex: number): void {
    const { columns, reused } = this.#columns.assign(catalogue, gridIndex);
    this.#ring.widen(this.#columns.width);
    for (const column of reused) this.#ring.forgetColumn(column);
    if (reused.length > 0) this.#generation += 1;
    this.#catalogue = catalogue.filter((_metric, index) => (columns[index] ?? -1) >= 0);
    this.#order = columns;
    this.#areRates = catalogue.map(({ kind }) => kind === 'rate');
    this.#repeatedColumns = new WeakMap();
  }
}

/** A gap without a missing number is placed right after the last sample read. */
function gapOf({ afterSeq, beforeSeq, fromTs, toTs, reason }: RingGap, last: Position): StoreGap {
  const from = last.seq + 1;
  const to = beforeSeq - 1 > afterSeq ? beforeSeq - 1 : last.seq;
  // A client of another copy may have some of what is missing in this one.
  return { from, to, fromTs: last.seq > afterSeq ? (last.ts ?? fromTs) : fromTs, toTs, reason };
}
