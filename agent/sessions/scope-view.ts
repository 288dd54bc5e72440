import { createHash } from 'node:crypto';
import { matchesGlob, type MetricDescriptor, type TableDescriptor } from '../../shared/protocol/catalogue.ts';
import { encode } from '../../shared/protocol/codec.ts';
import type { AlertLine, Host } from '../../shared/protocol/messages.ts';
import { viewOf } from '../alerts/alert-view.ts';
import { isAllowed, scopeKey, type Resource, type Scope } from '../auth/grant.ts';
import { HistoryError, type SampleHistory } from '../store/sample-history.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { Broadcast, Broadcasts } from './broadcast.ts';
import type { VisibleMetrics } from './metric-selection.ts';
import { Frame } from './frame.ts';
import { MAX_REPLAYED } from './recorded-past.ts';

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
  readonly tables: readonly TableDescriptor[];
  readonly #scope: Scope;
  #scopeDigest: string | undefined;
  #catalogue: { readonly of: readonly MetricDescriptor[]; readonly shown: readonly MetricDescriptor[] };
  #kept: {
    readonly present: readonly MetricDescriptor[];
    readonly of: readonly MetricDescriptor[];
    readonly shown: readonly MetricDescriptor[];
  } | null = null;
  #alerts: { readonly of: number; readonly after: number; readonly told: ToldAlerts } | null = null;
  #message: { readonly revision: number; readonly frame: Frame } | null = null;

  constructor(broadcast: Broadcast, scope: Scope) {
    this.broadcast = broadcast;
    this.scopeKey = scopeKey(scope);
    this.#scope = scope;
    this.tables = broadcast.stream.tables.filter(({ name }) => this.#allows({ kind: 'table', name }));
    this.#catalogue = { of: [], shown: [] };
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

  /** Distinguishes scopes; short. */
  get scopeDigest(): string {
    return (this.#scopeDigest ??= createHash('sha256').update(this.scopeKey).digest('base64url').slice(0, 8));
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

/** The hosts that a scope shows, in the registry's order. */
export class ScopeView {
  readonly #broadcasts: Broadcasts;
  readonly #scope: Scope;
  #hosts: readonly ScopedHost[] = [];
  /** The registry's revision when the list was made. */
  #revision = -1;
  #described: { readonly revision: number; readonly hosts: ReadonlyMap<Broadcast, HostDescription> } | null =
    null;

  constructor(broadcasts: Broadcasts, scope: Scope) {
    this.#broadcasts = broadcasts;
    this.#scope = scope;
  }

  get hosts(): readonly ScopedHost[] {
    const { revision } = this.#broadcasts.hosts;
    if (this.#revision !== revision) {
      const known = new Map(this.#hosts.map((host) => [host.broadcast, host]));
      this.#hosts = this.#broadcasts.hosts.list(this.#scope).map((stream) => {
        const broadcast = this.#broadcasts.of(stream);
        return known.get(broadcast) ?? new ScopedHost(broadcast, this.#scope);
      });
      this.#revision = revision;
    }
    return this.#hosts;
  }

  /** Increases when anything in the welcome changes. */
  get revision(): number {
    return this.hosts.reduce(
      (sum, { broadcast }) => sum + broadcast.stream.revision,
      this.#broadcasts.hosts.revision,
    );
  }

  /** The hosts as a welcome describes them now, that is, the first; the same object for all clients until something changes. */
  get descriptions(): ReadonlyMap<Broadcast, HostDescription> {
    const { revision } = this;
    if (this.#described?.revision !== revision) {
      const hosts = this.hosts
        .slice(0, 1)
        .map(({ broadcast, hostFrame }): [Broadcast, HostDescription] => [
          broadcast,
          { revision: broadcast.stream.revision, frame: hostFrame },
        ]);
      this.#described = { revision, hosts: new Map(hosts) };
    }
    return this.#described.hosts;
  }

  /** `maxBackfill` of the first host. Without hosts, the limit by time: a later token may show hosts, but brings no other welcome. */
  get maxBackfill(): number {
    const [any] = this.#broadcasts.hosts.list();
    return this.hosts[0]?.maxBackfill ?? any?.store.capacity.units ?? 0;
  }

  /** The host of that id, or the first. */
  host(id?: string): ScopedHost | undefined {
    return id === undefined ? this.hosts[0] : this.hosts.find((host) => host.id === id);
  }
}
