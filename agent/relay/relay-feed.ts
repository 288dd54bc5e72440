import type { SampleGap, Sample, SampleTable } from '../../shared/client/client-subscription.ts';
import type { MetricsClient } from '../../shared/client/metrics-client.ts';
import { findHost, type HostDescription, type Welcome } from '../../shared/client/welcome.ts';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/constants.ts';
import type { Position, Series, Subscribed } from '../../shared/protocol/messages.ts';
import { MAX_TIME_MS } from '../hosts/clean-time.ts';
import { cleanAlert, cleanCatalogue, cleanFacts, cleanLine, cleanRows, cleanTables } from '../hosts/clean.ts';
import type { FeedListener, FeedPace, FeedStart, HostFeed, OpenFeed } from '../hosts/host-feed.ts';
import type { MirroredAlerts } from '../hosts/mirrored-alerts.ts';
import type { SampledTable } from '../sampling/sample.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { GridIndex } from './grid-index.ts';

export interface RelayFeedOptions {
  readonly client: Pick<MetricsClient, 'subscribe' | 'onWelcome' | 'welcome'>;
  /** Id of the host at its own agent. */
  readonly farId: string;
  readonly intervalMs: number;
  readonly unitMs: number;
  /** Gets what is told of its alerts. */
  readonly alerts: MirroredAlerts;
}

/** The samples of one host from its own agent, over the live protocol. */
export class RelayFeed implements HostFeed {
  readonly #options: RelayFeedOptions;

  constructor(options: RelayFeedOptions) {
    this.#options = options;
  }

  open(start: FeedStart, pace: FeedPace, listener: FeedListener): OpenFeed {
    return new OpenRelayFeed(this.#options, start, pace, listener);
  }
}

/** An agent answers a position in a run that it does not know with all that its store holds, and nothing from its history. */
const BEFORE_EVERYTHING: Position = { epoch: '-', seq: 0 };
/** More than any store holds. */
const MAX_FILL = 20_000;

class OpenRelayFeed implements OpenFeed {
  readonly #options: RelayFeedOptions;
  readonly #listener: FeedListener;
  readonly #grid: GridIndex;
  /** Where to begin; then the sample delivered last. */
  #since: Position | null;
  readonly #backfill: number;
  #pace: FeedPace;
  /** Tables that are subscribed to. */
  #tables: readonly string[] = [];
  /** Whether the agent has refused a table. */
  #isWithoutTables = false;
  /** Collects samples until they have come as far as the agent was when it was asked. */
  #fill: SequencedSample[] | null = [];
  #fillUpTo = 0;
  #epoch = '';
  #series: readonly Series[] = [];
  /** The host as described last, and as JSON. */
  #described: HostDescription | undefined;
  #description = '';
  /** Of the values that come next. */
  #catalogue: readonly MetricDescriptor[] = [];
  /** Whether the next sample has to have it. */
  #isCatalogueDue = true;
  #gap: SampleGap | null = null;
  /** The first number of what was asked for again last. */
  #missedFrom: number | null = null;
  #describedTables: readonly TableDescriptor[] = [];
  /** Those that belong to the next sample, by name. */
  readonly #tabulated = new Map<string, SampledTable>();
  #unsubscribe: () => void;
  readonly #unfollow: () => void;

  constructor(options: RelayFeedOptions, start: FeedStart, pace: FeedPace, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    this.#grid = new GridIndex(options.unitMs, options.intervalMs);
    this.#since = start === 'everything' ? BEFORE_EVERYTHING : 'since' in start ? start.since : null;
    this.#backfill = typeof start === 'object' && 'backfill' in start ? start.backfill : 0;
    this.#pace = pace;
    this.#unsubscribe = this.#subscribe();
    // Not at once: nobody has this feed yet.
    let isOpen = false;
    this.#unfollow = options.client.onWelcome((welcome) => {
      if (isOpen) this.#welcomed(welcome);
    });
    isOpen = true;
  }

  setPace(pace: FeedPace): void {
    const { intervalMs, tables } = this.#pace;
    if (pace.intervalMs === intervalMs && pace.tables === tables) return;
    this.#pace = pace;
    this.#subscribeAgain();
  }

  close(): void {
    this.#unfollow();
    this.#unsubscribe();
  }

  #subscribe(): () => void {
    const { client, farId, alerts } = this.#options;
    this.#tables = this.#wantedTables();
    const past = this.#since === null ? { backfill: this.#backfill } : { since: this.#since };
    const request = {
      host: farId,
      metrics: ['*'],
      tables: this.#tables,
      intervalMs: this.#pace.intervalMs,
      every: true,
      alerts: true,
      ...past,
    };
    return client.subscribe(request, {
      subscribed: (announcement) => this.#announced(announcement),
      sample: (sample) => this.#sampled(sample),
      gap: (gap) => this.#missed(gap),
      table: (told) => this.#tabled(told),
      alerts: (told) =>
        alerts.take({
          complete: told.complete,
          alerts: told.alerts.map((alert) => cleanAlert(alert)),
          lines: told.lines?.map((line) => cleanLine(line)),
        }),
      refused: ({ code }) => this.#refused(code),
    });
  }

  /** Goes on after the last sample, which the agent still has in its store. */
  #subscribeAgain(): void {
    this.#unsubscribe();
    this.#unsubscribe = this.#subscribe();
  }

  #wantedTables(): readonly string[] {
    if (!this.#pace.tables || this.#isWithoutTables) return [];
    return (this.#find()?.tables ?? []).slice(0, CLIENT_LIMITS.tables).map(({ name }) => name);
  }

  #find(): HostDescription | undefined {
    const { welcome } = this.#options.client;
    return welcome === null ? undefined : findHost(welcome, this.#options.farId);
  }

  #welcomed(welcome: Welcome): void {
    const found = findHost(welcome, this.#options.farId);
    if (found === undefined || found === this.#described) return;
    this.#isWithoutTables = false;
    if (this.#wantedTables().join('\n') !== this.#tables.join('\n')) this.#subscribeAgain();
    // Before the series are known nobody needs the description.
    if (this.#series.length > 0) this.#describe();
  }

  #announced({ epoch, seq, series }: Subscribed): void {
    if (epoch !== this.#epoch) this.#isCatalogueDue = true;
    this.#epoch = epoch;
    this.#series = series;
    this.#describe();
    if (this.#fill === null) return;
    this.#fillUpTo = seq;
    const position = this.#since?.epoch === epoch ? this.#since.seq : 0;
    if (position >= seq) this.#filled();
  }

  #describe(): void {
    const found = this.#find();
    const facts = cleanFacts(found?.facts ?? {});
    const catalogue = this.#catalogueOf(found);
    const tables = cleanTables(found?.tables ?? []) ?? [];
    this.#described = found;
    this.#describedTables = tables;
    const description = JSON.stringify([facts, catalogue, tables]);
    if (description === this.#description) return;
    this.#description = description;
    if (JSON.stringify(catalogue) !== JSON.stringify(this.#catalogue)) {
      this.#catalogue = catalogue;
      this.#isCatalogueDue = true;
    }
    this.#listener.described({ facts, catalogue: this.#catalogue, tables });
  }

  /** In the order of the values. A `host` message may come later than the first sample that it is about. */
  #catalogueOf(found: HostDescription | undefined): readonly MetricDescriptor[] {
    const byName = new Map(found?.catalogue.map((metric) => [metric.name, metric]));
    const told = this.#series.map(
      ({ group = '', ...one }) =>
        byName.get(one.name) ?? { ...one, group, kind: 'gauge', help: '', source: '' },
    );
    return cleanCatalogue(told) ?? [];
  }

  #missed(gap: SampleGap): void {
    // This agent was slow, not the host: what was skipped is in the store of the other, unless that has it no more itself.
    const isSkipped = gap.reason === 'slow' && gap.to >= gap.from && this.#since?.epoch === this.#epoch;
    if (isSkipped && this.#missedFrom !== gap.from) {
      this.#missedFrom = gap.from;
      this.#subscribeAgain();
      return;
    }
    // What is missing says more than when nothing was taken.
    if (this.#gap === null || this.#gap.to < this.#gap.from) this.#gap = gap;
  }

  #tabled({ table: name, rows }: SampleTable): void {
    const clean = cleanRows({ name, rows }, this.#describedTables);
    if (clean !== undefined) this.#tabulated.set(name, clean);
  }

  #sampled({ seq, timestampMs, values }: Sample): void {
    if (!isNatural(seq) || !isNatural(timestampMs) || timestampMs > MAX_TIME_MS) return;
    const epoch = this.#epoch;
    const gap = this.#gap;
    this.#gap = null;
    // Nothing is missing before everything.
    const gapReason = this.#since === BEFORE_EVERYTHING ? undefined : gap?.reason;
    const sample: SequencedSample = {
      epoch,
      seq,
      timestampMs,
      gridIndex: this.#grid.of({ epoch, timestampMs, hasGap: gap !== null }),
      values,
      ...(this.#isCatalogueDue ? { catalogue: this.#catalogue } : {}),
      ...(this.#tabulated.size === 0 ? {} : { tables: [...this.#tabulated.values()] }),
      ...(gapReason === undefined ? {} : { gapReason }),
    };
    this.#tabulated.clear();
    this.#isCatalogueDue = false;
    this.#since = { epoch, seq, ts: timestampMs };
    if (this.#fill === null) {
      this.#listener.sample(sample);
      return;
    }
    this.#fill.push(sample);
    if (seq >= this.#fillUpTo || this.#fill.length >= MAX_FILL) this.#filled();
  }

  #filled(): void {
    const samples = this.#fill ?? [];
    this.#fill = null;
    this.#listener.filled(samples);
  }

  #refused(code: string): void {
    if (code === 'unknown_table' && this.#tables.length > 0) {
      this.#isWithoutTables = true;
      this.#subscribeAgain();
    } else if (this.#fill !== null) this.#filled();
  }
}

function isNatural(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}
