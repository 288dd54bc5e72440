import { randomBytes } from 'node:crypto';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, HostDetails, HostStatus, HostSummary } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import { gridUnitMs } from '../sampling/grid.ts';
import type { PaceOf } from '../sampling/paced-collector.ts';
import type { RawReading } from '../sampling/raw-values.ts';
import type { Sample } from '../sampling/sample.ts';
import { RingStore } from '../store/ring-store.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { Following, HostStream, Wish } from './host-stream.ts';
import { summarize } from './host-summary.ts';
import { SamplingDemand } from './sampling-demand.ts';

export interface LocalHostOptions {
  readonly host: Host;
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables?: readonly TableDescriptor[];
  readonly intervalMs: number;
  /** As `Sampler.rawValues`. */
  readonly rawValues?: () => Iterable<RawReading>;
  /** When this run began, Unix ms; default: now. */
  readonly startedMs?: number;
}

/** Its store has what it can have. */
class LocalFollowing implements Following {
  readonly #demand: SamplingDemand;
  readonly #wish: Wish;
  #isOver = false;

  constructor(demand: SamplingDemand, wish: Wish) {
    this.#demand = demand;
    this.#wish = wish;
    demand.add(wish);
  }

  get isReady(): boolean {
    return true;
  }

  get isFilled(): boolean {
    return true;
  }

  end(): void {
    if (!this.#isOver) this.#demand.remove(this.#wish);
    this.#isOver = true;
  }
}

/** The host that this agent samples. Assigns each sample its identity: one epoch per run, and numbers from 1 (RT-1). */
export class LocalHost implements HostStream {
  readonly isRemote = false;
  readonly isDescribed = true;
  readonly tables: readonly TableDescriptor[];
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly rawValues: () => Iterable<RawReading>;
  readonly store: RingStore;
  /** 128 random bits in hexadecimal. */
  readonly epoch = randomBytes(16).toString('hex');
  readonly #demand: SamplingDemand;
  readonly #listeners = new Set<(sample: SequencedSample) => void>();
  /** Read for its summary; the sessions find them at the hub. */
  #ownAlerts: AlertBoard | undefined;
  #newest: SequencedSample | undefined;
  /** What the newest sample has values of, in their order; the store may not keep all of it. */
  #measured: readonly MetricDescriptor[];
  #history: SampleHistory | null | undefined;
  #host: Host;
  readonly #startedMs: number;
  #detailsRevision = 0;
  #catalogueRevision = 0;

  constructor({
    host,
    catalogue,
    tables = [],
    intervalMs,
    rawValues = () => [],
    startedMs = Date.now(),
  }: LocalHostOptions) {
    this.#host = host;
    this.#startedMs = startedMs;
    this.#measured = catalogue;
    this.tables = tables;
    this.intervalMs = intervalMs;
    this.unitMs = gridUnitMs(intervalMs);
    this.rawValues = rawValues;
    this.store = new RingStore({ epoch: this.epoch, catalogue, unitMs: this.unitMs, intervalMs });
    this.#demand = new SamplingDemand(intervalMs / this.unitMs);
  }

  get host(): Host {
    return this.#host;
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.store.catalogue;
  }

  get history(): SampleHistory | null | undefined {
    return this.#history;
  }

  /** Tells viewers whether they can ask for the past. */
  set history(history: SampleHistory | null | undefined) {
    if (history === this.#history) return;
    this.#history = history;
    this.#detailsRevision += 1;
  }

  get revision(): number {
    return this.#detailsRevision + this.#catalogueRevision;
  }

  /** Grid units between samples that meet all demands. */
  get stride(): number {
    return this.#demand.stride;
  }

  get currentIntervalMs(): number {
    return this.stride * this.unitMs;
  }

  get status(): HostStatus {
    return { state: 'up', sinceMs: this.#startedMs };
  }

  get summary(): HostSummary {
    const { host, status, store, intervalMs, unitMs } = this;
    const stream = { host, status, store, intervalMs, unitMs, catalogue: this.#measured };
    return summarize(stream, this.#newest, this.#ownAlerts);
  }

  /** The alerts that its summary counts. */
  set ownAlerts(board: AlertBoard | undefined) {
    this.#ownAlerts = board;
  }

  follow(wish: Wish): Following {
    return new LocalFollowing(this.#demand, wish);
  }

  /** Calls `changed` with each new stride, and whenever a collector may have another pace. */
  onDemand(changed: (stride: number, paceOf: PaceOf) => void): void {
    const paceOf: PaceOf = (collector) => this.#demand.paceOf(collector);
    this.#demand.onChange(() => changed(this.stride, paceOf));
    changed(this.stride, paceOf);
  }

  /** Adds or replaces details of the host. */
  learn(details: HostDetails): void {
    if (Object.keys(details).length === 0) return;
    this.#host = { ...this.#host, facts: { ...this.#host.facts, ...details } };
    this.#detailsRevision += 1;
  }

  /** Stores the sampler's next sample and notifies the listeners. */
  append(sample: Sample): void {
    const sequenced = { ...sample, epoch: this.epoch, seq: this.store.head.seq + 1 };
    this.store.append(sequenced);
    this.#newest = sequenced;
    if (sample.catalogue !== undefined) {
      this.#measured = sample.catalogue;
      this.#catalogueRevision += 1;
    }
    for (const listener of this.#listeners) listener(sequenced);
  }

  onSample(listener: (sample: SequencedSample) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whatever changes about it comes with a sample. */
  onNews(): () => void {
    return () => {};
  }
}
