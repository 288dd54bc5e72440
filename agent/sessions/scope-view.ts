import { createHash } from 'node:crypto';
import { matchesGlob, type MetricDescriptor, type TableDescriptor } from '../../shared/protocol/catalogue.ts';
import { encode } from '../../shared/protocol/codec.ts';
import type { AlertLine, Host, Subscribe } from '../../shared/protocol/messages.ts';
import { viewOf } from '../alerts/alert-view.ts';
import { isAllowed, scopeKey, type Resource, type Scope } from '../auth/grant.ts';
import { HistoryError, type SampleHistory } from '../store/sample-history.ts';
import type { MetricSet } from '../store/metric-set.ts';
import { includes } from '../hosts/host-registry.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { Broadcast, Broadcasts, Follower } from './broadcast.ts';
import type { Overview } from './overview.ts';
import { OverviewView, ShownSummaries } from './overview-view.ts';
import type { VisibleMetrics } from './metric-selection.ts';
import { Frame } from './frame.ts';
import { MAX_REPLAYED } from './recorded-past.ts';
import { unknownTable } from './request-error.ts';

/** Alerts that a client is told, encoded. */
export interface ToldAlerts {
  /** A JSON array. */
  readonly text: string;
  /** The board's revision up to which this is everything. */
  readonly upTo: number;
  /** Whether there are no more. */
  readonly isAll: boolean;
}

const NO_ALERTS: ToldAlerts = { text: '[]', upTo: 0, isAll: true };
/** In one message. */
const MAX_ALERTS = 200;

/** What a scope shows of one host. Hidden parts are answered as if they did not exist. */
export class ScopedHost implements VisibleMetrics {
  readonly broadcast: Broadcast;
  /** Equal for the same scope. */
  readonly scopeKey: string;
  readonly #scope: Scope;
  #scopeDigest: string | undefined;
  #catalogue: { readonly of: readonly MetricDescriptor[]; readonly shown: readonly MetricDescriptor[] };
  #tables: { readonly of: readonly TableDescriptor[]; readonly shown: readonly TableDescriptor[] };
  #kept: {
    readonly present: readonly MetricDescriptor[];
    readonly of: readonly MetricDescriptor[];
    readonly shown: readonly MetricDescriptor[];
  } | null = null;
  #alerts: { readonly of: number; readonly after: number; readonly told: ToldAlerts } | null = null;
  #message: { readonly revision: number; readonly frame: Frame } | null = null;
  #digest: { readonly of: Frame; readonly digest: string } | null = null;

  constructor(broadcast: Broadcast, scope: Scope) {
    this.broadcast = broadcast;
    this.scopeKey = scopeKey(scope);
    this.#scope = scope;
    this.#catalogue = { of: [], shown: [] };
    this.#tables = { of: [], shown: [] };
  }

  get id(): string {
    return this.broadcast.stream.host.id;
  }

  get host(): Host {
    const { host, history } = this.broadcast.stream;
    return {
      ...host,
      ...(this.#allows({ kind: 'hostDetails' }) ? {} : { facts: {} }),
      ...(history ? describe(history) : {}),
    };
  }

  get catalogue(): readonly MetricDescriptor[] {
    const { catalogue } = this.broadcast.stream;
    if (this.#catalogue.of !== catalogue) {
      this.#catalogue = { of: catalogue, shown: catalogue.filter(({ name }) => this.includes(name)) };
    }
    return this.#catalogue.shown;
  }

  get tables(): readonly TableDescriptor[] {
    const { tables } = this.broadcast.stream;
    if (this.#tables.of !== tables) {
      this.#tables = {
        of: tables,
        shown: tables.filter(({ name }) => this.#allows({ kind: 'table', name })),
      };
    }
    return this.#tables.shown;
  }

  /** The metrics that can be asked for of a history: present ones first, then those that it still keeps. */
  keptCatalogue(history: SampleHistory): readonly MetricDescriptor[] {
    const present = this.catalogue;
    const { catalogue } = history;
    const known = this.#kept;
    if (known?.present === present && known.of === catalogue) return known.shown;
    const names = new Set(present.map(({ name }) => name));
    const vanished = catalogue.filter(({ name }) => !names.has(name) && this.includes(name));
    const shown = [...present, ...vanished];
    this.#kept = { present, of: catalogue, shown };
    return shown;
  }

  /** The tables that can be asked for of a history. */
  keptTables(history: SampleHistory): readonly TableDescriptor[] {
    const names = new Set(this.tables.map(({ name }) => name));
    const vanished = history.tables.filter(
      ({ name }) => !names.has(name) && this.#allows({ kind: 'table', name }),
    );
    return [...this.tables, ...vanished];
  }

  /** Whether nothing of any host is hidden. */
  get showsEverything(): boolean {
    return this.#allows({ kind: 'hostDetails' });
  }

  /** Whether the scope includes a table of that name. */
  includesTable(table: string): boolean {
    return this.#allows({ kind: 'table', name: table });
  }

  /**
   * The most samples that the store can hold, or that are replayed from the history. How many fit into memory depends on the number of metrics, so a
   * partial scope gets the limit by time.
   */
  get maxBackfill(): number {
    const { store, history } = this.broadcast.stream;
    const { samples, units } = store.capacity;
    const held = this.#scope.metrics.includes('*') ? samples : units;
    return history === undefined ? held : Math.max(held, MAX_REPLAYED);
  }

  /** Whether the scope includes a metric of that name, present or vanished. */
  includes(metric: string): boolean {
    return this.#allows({ kind: 'metric', name: metric });
  }

  /** As `MetricSelection.require`. @throws RequestError `unknown_metric` */
  require(patterns: readonly string[]): MetricSet {
    return this.broadcast.selection.require(patterns, this);
  }

  /** As `MetricSelection.select`. */
  select(patterns: readonly string[]): MetricSet {
    return this.broadcast.selection.select(patterns, this);
  }

  /** The `host` message for clients that have had a welcome; the same frame until something visible changes. */
  get hostFrame(): Frame {
    const { revision } = this.broadcast.stream;
    if (this.#message?.revision === revision) return this.#message.frame;
    const { host, catalogue, tables } = this;
    const text = encode({ type: 'host', ...host, catalogue: [...catalogue], tables: [...tables] });
    const frame = this.#message?.frame.text === text ? this.#message.frame : Frame.of(text);
    this.#message = { revision, frame };
    return frame;
  }

  /** Distinguishes `host` messages; short. */
  get hostDigest(): string {
    const of = this.hostFrame;
    if (this.#digest?.of !== of) this.#digest = { of, digest: digestOf(of.text) };
    return this.#digest.digest;
  }

  /** The series of a request, all or nothing. @throws RequestError `unknown_metric`, `unknown_table` */
  resolve({ metrics, tables }: Pick<Subscribe, 'metrics' | 'tables'>): MetricSet {
    const set = this.require(metrics);
    const unknown = tables.find((name) => !this.tables.some((table) => table.name === name));
    if (unknown !== undefined) throw unknownTable(unknown);
    return set;
  }

  /** Distinguishes scopes; short. */
  get scopeDigest(): string {
    return (this.#scopeDigest ??= digestOf(this.scopeKey));
  }

  /** Alerts of this host that the scope shows and that changed after a revision of the board; the same text for all clients that ask for the same. */
  alertsAfter(after: number): ToldAlerts {
    const board = this.broadcast.alerts;
    if (board === null) return NO_ALERTS;
    const { revision } = board;
    if (this.#alerts?.of === revision && this.#alerts.after === after) return this.#alerts.told;
    const changed = board.changedAfter(this.id, after);
    const part = changed.slice(0, MAX_ALERTS);
    const isAll = part.length === changed.length;
    const shown = part.filter(({ alert }) => alert.metric === null || this.includes(alert.metric));
    const told = {
      text: JSON.stringify(shown.map(({ alert }) => viewOf(alert))),
      upTo: isAll ? revision : (part.at(-1)?.revision ?? revision),
      isAll,
    };
    this.#alerts = { of: revision, after, told };
    return told;
  }

  /** Thresholds of this host's metrics that the scope shows. */
  get alertLines(): readonly AlertLine[] {
    const lines = this.broadcast.alerts?.lines(this.id) ?? [];
    const isShown = (pattern: string): boolean =>
      this.catalogue.some(({ name }) => matchesGlob(pattern, name));
    return lines.flatMap((line) => {
      const metrics = line.metrics.filter(isShown);
      return metrics.length === 0 ? [] : [{ ...line, metrics }];
    });
  }

  #allows(resource: Resource): boolean {
    return isAllowed({ scope: this.#scope, isAdmin: false }, resource);
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

/** What the welcome says of a history: nothing while it cannot be read. */
function describe(history: SampleHistory): Pick<Host, 'history'> {
  try {
    return { history: { oldestMs: history.oldestMs } };
  } catch (error) {
    if (error instanceof HistoryError) return {};
    throw error;
  }
}

/** One host as a welcome describes it. */
export interface HostDescription {
  /** The stream's revision. */
  readonly revision: number;
  readonly frame: Frame;
}

/** A client that wants to know of more subscribes to them. */
const MAX_LISTED = 100;

interface Listed {
  readonly hosts: readonly ScopedHost[];
  readonly count: number;
}

interface FollowedView {
  readonly view: OverviewView;
  users: number;
}

/** The hosts that a scope shows, in the registry's order. */
export class ScopeView {
  readonly #broadcasts: Broadcasts;
  readonly #scope: Scope;
  readonly #overview: Overview | null;
  readonly #scoped = new WeakMap<Broadcast, ScopedHost>();
  /** At a revision of the registry. */
  #listed: (Listed & { readonly revision: number }) | null = null;
  #first: { readonly revision: number; readonly stream: HostStream | undefined } | null = null;
  #described: {
    readonly of: ReadonlyMap<Broadcast, HostDescription>;
    readonly frame: Frame | undefined;
    readonly revision: number | undefined;
  } | null = null;
  /** Encoded for those who follow the overview. */
  #summaries: ShownSummaries | null = null;
  readonly #overviews = new Map<string, FollowedView>();

  /** @param overview `null` where nobody follows how hosts are */
  constructor(broadcasts: Broadcasts, scope: Scope, overview: Overview | null = null) {
    this.#broadcasts = broadcasts;
    this.#scope = scope;
    this.#overview = overview;
  }

  /** The hosts that a welcome lists. */
  get hosts(): readonly ScopedHost[] {
    return this.#list().hosts;
  }

  /** How many there are. */
  get hostCount(): number {
    return this.#list().count;
  }

  /** Another one when anything in the welcome may have changed. */
  get stamp(): string {
    const revisions = this.hosts.reduce((sum, { broadcast }) => sum + broadcast.stream.revision, 0);
    return `${this.#broadcasts.hosts.revision} ${revisions}`;
  }

  /** The hosts as a welcome describes them now, that is, the first; the same object for all clients until something changes. */
  get descriptions(): ReadonlyMap<Broadcast, HostDescription> {
    const first = this.host();
    const frame = first?.hostFrame;
    const revision = first?.broadcast.stream.revision;
    const known = this.#described;
    if (known !== null && known.frame === frame && known.revision === revision) return known.of;
    const of = new Map<Broadcast, HostDescription>();
    if (first !== undefined && frame !== undefined && revision !== undefined)
      of.set(first.broadcast, { revision, frame });
    this.#described = { of, frame, revision };
    return of;
  }

  /** `maxBackfill` of the first host. Without hosts, the limit by time: a later token may show hosts, but brings no other welcome. */
  get maxBackfill(): number {
    const first = this.host();
    if (first !== undefined) return first.maxBackfill;
    const [any] = this.#broadcasts.hosts;
    return any?.store.capacity.units ?? 0;
  }

  /** Whether it is the first host, which welcomes describe. */
  isFirst({ broadcast }: ScopedHost): boolean {
    return broadcast.stream === this.#firstStream();
  }

  /** The host of that id, or the only one with that label; default: the first. */
  host(name?: string): ScopedHost | undefined {
    const stream = name === undefined ? this.#firstStream() : this.#broadcasts.hosts.find(name, this.#scope);
    return stream && this.#scopedHost(stream);
  }

  /** What clients with the same patterns see of all hosts, and how to end it. */
  followOverview(
    patterns: readonly string[],
    follower: Follower,
  ): { readonly view: OverviewView; readonly release: () => void } {
    if (this.#overview === null) throw new TypeError('there is no overview');
    const unfollow = this.#overview.follow(follower);
    const key = JSON.stringify(patterns);
    this.#summaries ??= new ShownSummaries(this.#scope);
    const followed = this.#overviews.get(key) ?? {
      view: new OverviewView(this.#overview, this.#summaries, patterns),
      users: 0,
    };
    followed.users += 1;
    this.#overviews.set(key, followed);
    let isOver = false;
    const release = (): void => {
      if (isOver) return;
      isOver = true;
      unfollow();
      followed.users -= 1;
      if (followed.users === 0) this.#overviews.delete(key);
    };
    return { view: followed.view, release };
  }

  #scopedHost(stream: HostStream): ScopedHost {
    const broadcast = this.#broadcasts.of(stream);
    const known = this.#scoped.get(broadcast);
    if (known !== undefined) return known;
    const host = new ScopedHost(broadcast, this.#scope);
    this.#scoped.set(broadcast, host);
    return host;
  }

  #list(): Listed {
    const { hosts } = this.#broadcasts;
    if (this.#listed?.revision === hosts.revision) return this.#listed;
    let count = 0;
    const shown: ScopedHost[] = [];
    for (const stream of hosts) {
      if (!includes(this.#scope, stream)) continue;
      count += 1;
      if (count <= MAX_LISTED) shown.push(this.#scopedHost(stream));
    }
    this.#listed = { revision: hosts.revision, hosts: shown, count };
    return this.#listed;
  }

  /** Hosts are added after it, so that it stays the first while it is there. */
  #firstStream(): HostStream | undefined {
    const { hosts } = this.#broadcasts;
    const known = this.#first;
    if (known?.stream !== undefined && hosts.has(known.stream)) return known.stream;
    if (known?.revision === hosts.revision) return known.stream;
    const stream = hosts.first(this.#scope);
    this.#first = { revision: hosts.revision, stream };
    return stream;
  }
}
