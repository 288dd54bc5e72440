import { createHash } from 'node:crypto';
import { matchesGlob, type MetricDescriptor, type TableDescriptor } from '../../shared/protocol/catalogue.ts';
import { encode, encodeMetrics, encodeRows, encodeTable } from '../../shared/protocol/codec.ts';
import type { Host, HostDetails, PlainMetrics } from '../../shared/protocol/messages.ts';
import { gridUnitMs } from '../sampling/grid.ts';
import type { Sample } from '../sampling/sample.ts';
import type { Frame } from '../sessions/frame.ts';
import { SamplingDemand } from './sampling-demand.ts';
import { Columns } from '../store/columns.ts';
import { FrameCache } from '../sessions/frame-cache.ts';
import { metricSet, requireMetrics, type MetricSet } from '../store/metric-set.ts';
import { Ring } from '../store/ring.ts';
import type { ScopeView } from '../sessions/scope-view.ts';

/**
 * What all subscriptions to the same series at the same interval and under the same name share: one object for all of them, so that the walk over
 * thousands of clients touches as little memory of each as can be.
 */
export interface Channel {
  readonly key: string;
  readonly set: MetricSet;
  readonly sub: string;
  /** Units of the grid between its samples. */
  readonly stride: number;
  /** Names of the tables that come with them. */
  readonly tables: readonly string[];
}

const MAX_INTERVAL_MS = 5 * 60_000;

/** Names are the clients' choice; one who keeps choosing new ones does not fill the memory. */
const MAX_CHANNELS = 1024;
/** Of the metrics of a large host each takes some 100 KB. */
const MAX_SELECTIONS = 100;

/** One host's samples: who it is, what it measures, the ring, and frames of it. */
export class Feed {
  readonly tables: readonly TableDescriptor[];
  /** Time between samples while nobody asks for more. */
  readonly intervalMs: number;
  /** What the grid indices of samples count in. */
  readonly unitMs: number;
  readonly ring: Ring;
  /** How often its clients want a sample. */
  readonly demand: SamplingDemand;
  readonly encoder = new FrameCache();
  readonly #columns: Columns;
  readonly #channels = new Map<string, Channel>();
  readonly #fingerprints = new WeakMap<Channel, string>();
  /** Resolved for the present catalogue, by patterns: those of which all match something, and what is left of others. */
  readonly #required = new Map<string, MetricSet>();
  readonly #selections = new Map<string, MetricSet>();
  #host: Host;
  #catalogue: readonly MetricDescriptor[] = [];
  /** Where the values of a sample belong in the ring. */
  #order: readonly number[] = [];
  #generation = 0;
  #revision = 0;
  #skipped = 0;

  constructor(
    host: Host,
    catalogue: readonly MetricDescriptor[],
    intervalMs: number,
    tables: readonly TableDescriptor[] = [],
  ) {
    this.#host = host;
    this.tables = tables;
    this.intervalMs = intervalMs;
    this.unitMs = gridUnitMs(intervalMs);
    this.ring = new Ring(this.unitMs, catalogue.length);
    this.demand = new SamplingDemand(intervalMs / this.unitMs);
    this.#columns = new Columns(this.ring.keptUnits);
    this.#adopt(catalogue, Number.NEGATIVE_INFINITY);
  }

  get host(): Host {
    return this.#host;
  }

  /** All metrics that are kept; another array when they have changed. */
  get catalogue(): readonly MetricDescriptor[] {
    return this.#catalogue;
  }

  /** Counts the changes of the catalogue and of the host's facts. */
  get revision(): number {
    return this.#revision;
  }

  /** More has been found out about the host, or nothing. */
  learn(facts: HostDetails): void {
    if (Object.keys(facts).length === 0) return;
    this.#host = { ...this.#host, facts: { ...this.#host.facts, ...facts } };
    this.#revision += 1;
  }

  /**
   * What a new subscription to these names and globs follows, all or nothing. A metric that vanished is still known by its name:
   * its past may be there, and it may come again.
   * @throws RequestError `unknown_metric`
   */
  require(patterns: readonly string[], view: ScopeView): MetricSet {
    return this.#once(this.#required, patterns, view, () =>
      this.#set(requireMetrics(patterns, this.#known(patterns, view))),
    );
  }

  /** What a subscription to these names and globs follows now: a glob what it matches, a name also what has vanished. */
  select(patterns: readonly string[], view: ScopeView): MetricSet {
    return this.#once(this.#selections, patterns, view, () => {
      const all = this.#known(patterns, view);
      const found = patterns.filter((pattern) => all.some(({ name }) => matchesGlob(pattern, name)));
      return this.#set(requireMetrics(found, all));
    });
  }

  /**
   * The interval in effect for one that was asked for: above the agent's own a multiple of that, below it a multiple of the
   * grid's unit, rounded up. At most 5 minutes, well within what the ring holds: what is longer ago could not be resumed.
   */
  effectiveIntervalMs(askedMs = this.intervalMs): number {
    const stepMs = askedMs < this.intervalMs ? this.unitMs : this.intervalMs;
    return Math.min(Math.ceil(askedMs / stepMs), Math.floor(MAX_INTERVAL_MS / stepMs)) * stepMs;
  }

  /** Samples that clients were not sent because they did not read (FC-1), over all clients. */
  get skipped(): number {
    return this.#skipped;
  }

  /** A client will not be sent a sample that it would have had. */
  countSkipped(): void {
    this.#skipped += 1;
  }

  append(sample: Sample): void {
    if (sample.catalogue !== undefined) this.#adopt(sample.catalogue, sample.gridIndex);
    this.ring.push(sample, this.#order);
    for (const { name, rows } of sample.tables ?? []) this.ring.pushTable(name, encodeRows(rows));
    this.encoder.clear();
  }

  /** What a client is sent for sample `seq`, encoded: the tables that were made since sample `prev`, and the sample. */
  texts(channel: Channel, seq: number, prev: number): string[] {
    const tables = channel.tables.flatMap((table) => {
      const made = this.ring.tableBetween(table, prev, seq);
      if (made === undefined) return [];
      return encodeTable(
        { sub: channel.sub, table, seq: made.seq, ts: this.ring.timestampAt(made.seq) },
        made.rows,
      );
    });
    const head = { sub: channel.sub, seq, prev, ts: this.ring.timestampAt(seq) };
    return [...tables, encodeMetrics(head, this.#valuesText(channel, seq))];
  }

  /** Values of the newest sample are encoded once for all subscriptions to the same series, whatever they are called. */
  #valuesText({ set, stride }: Channel, seq: number): string {
    const encodeValues = (): string => JSON.stringify(this.#values(set, seq, stride));
    return seq === this.ring.head ? this.encoder.values(set.key, stride, encodeValues) : encodeValues();
  }

  /** Differs for channels that differ in anything but their names, and from one epoch to the next. */
  fingerprint(channel: Channel): string {
    const known = this.#fingerprints.get(channel);
    if (known !== undefined) return known;
    const { set, stride, tables } = channel;
    const whole = `${this.ring.epoch} ${set.key} ${stride} ${tables.join()}`;
    const fingerprint = createHash('sha256').update(whole).digest('base64url').slice(0, 8);
    this.#fingerprints.set(channel, fingerprint);
    return fingerprint;
  }

  /**
   * @param sub the client's name for the subscription
   * @param every its interval in grid units
   */
  channel(set: MetricSet, sub: string, stride: number, tables: readonly string[] = []): Channel {
    const key = `v1 ${set.key} ${stride} ${tables.join()} ${sub}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    if (this.#channels.size >= MAX_CHANNELS) this.#channels.clear();
    const channel = { key, set, sub, stride, tables };
    this.#channels.set(key, channel);
    return channel;
  }

  /** The v1 frame of the newest sample, encoded once per channel and prev. */
  headFrame(channel: Channel, prev: number): Frame {
    return this.encoder.frame(channel.key, prev, () => this.texts(channel, this.ring.head, prev));
  }

  /** The plain frame of the newest sample, encoded once per metric set. */
  plainHeadFrame(set: MetricSet): Frame {
    return this.encoder.frame(`plain ${set.key}`, 0, () => [encode(this.#plainMessage(set, this.ring.head))]);
  }

  #plainMessage(set: MetricSet, seq: number): PlainMetrics {
    const values = this.#values(set, seq, this.intervalMs / this.unitMs);
    return {
      type: 'metrics',
      metrics: Object.fromEntries(set.series.map(({ name }, i) => [name, values[i] ?? null])),
    };
  }

  /** What a client at that interval sees: states as they are, rates over its own interval. */
  #values(set: MetricSet, seq: number, stride: number): (number | null)[] {
    // Most clients take each sample: nothing is to be averaged then, and it is asked once for all metrics.
    const rates = this.ring.isAlone(seq, stride) ? null : this.ring.ratesAt(set.rateColumns, seq, stride);
    let taken = 0;
    return set.columns.map((column, index) => {
      if (column === undefined) return null;
      if (rates === null || set.areRates[index] !== true) return this.ring.valueAt(column, seq);
      taken += 1;
      return rates[taken - 1] ?? null;
    });
  }

  /** What may be meant by these patterns: what is there, and of what is gone that which is named. */
  #known(patterns: readonly string[], view: ScopeView): readonly MetricDescriptor[] {
    const vanished = this.#columns.vanishedAmong(patterns).filter(({ name }) => view.sees(name));
    return [...view.catalogue, ...vanished];
  }

  #once(
    known: Map<string, MetricSet>,
    patterns: readonly string[],
    view: ScopeView,
    resolve: () => MetricSet,
  ): MetricSet {
    const key = [view.key, ...patterns].join('\n');
    const set = known.get(key) ?? resolve();
    if (known.size < MAX_SELECTIONS) known.set(key, set);
    return set;
  }

  #set(descriptors: readonly MetricDescriptor[]): MetricSet {
    return metricSet(descriptors, (name) => this.#columns.of(name), this.#generation);
  }

  #adopt(catalogue: readonly MetricDescriptor[], gridIndex: number): void {
    const { columns, reused } = this.#columns.assign(catalogue, gridIndex);
    this.ring.widen(this.#columns.width);
    for (const column of reused) this.ring.forgetColumn(column);
    if (reused.length > 0) this.#generation += 1;
    this.#catalogue = catalogue.filter((_metric, index) => (columns[index] ?? -1) >= 0);
    this.#order = columns;
    // Those that are followed come again; the others would keep the metrics of every catalogue that there was.
    this.#channels.clear();
    this.#required.clear();
    this.#selections.clear();
    this.#revision += 1;
  }
}
