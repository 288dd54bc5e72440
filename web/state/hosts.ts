import { hostNames } from '../../shared/client/host-names.ts';
import { findHost, type HostDescription } from '../../shared/client/welcome.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Connection } from './connection.ts';
import { Observable } from './observable.ts';
import type { AddressView } from './view.ts';

type PanelSample = HTMLElementEventMap['sample']['detail'];

/** What a host keeps of its past. */
export interface KeptHistory {
  /** Unix ms; `null`: nothing yet. */
  readonly oldestMs: number | null;
}

/** The agent's hosts, and which of them the dashboard shows. */
export class Hosts {
  /** Interval of the shown host; `undefined` before its first sample. */
  readonly intervalMs = new Observable<number | undefined>(undefined);
  /** Newest sample of the shown host; `null` before the first. */
  readonly sample = new Observable<PanelSample | null>(null);

  readonly #welcome: Connection['welcome'];
  readonly #view: AddressView;
  readonly #listeners = new Set<() => void>();
  #isKnown = false;

  constructor({ welcome }: Connection, view: AddressView) {
    this.#welcome = welcome;
    this.#view = view;
    const tell = (): void => {
      for (const listener of this.#listeners) listener();
    };
    let chosen = view.value.host;
    // Before those who listen to the view, so that all see the new host.
    view.onChange(({ host }) => {
      if (host === chosen) return;
      chosen = host;
      this.sample.set(null);
      this.intervalMs.set(undefined);
      tell();
    });
    welcome.onChange(() => {
      this.#arrive();
      tell();
    });
  }

  /** How many the agent shows to this reader; `undefined` before its introduction. */
  get count(): number | undefined {
    const welcome = this.#welcome.value;
    return welcome === null ? undefined : (welcome.hostCount ?? welcome.hosts.length);
  }

  /** As many as the agent has introduced, which is all unless they are many. */
  get introduced(): readonly HostDescription[] {
    return this.#welcome.value?.hosts ?? [];
  }

  /** Name of the shown host in the address, as for `host` of a panel; `null`: the agent's first. */
  get chosen(): string | null {
    return this.#view.value.host;
  }

  /** Name of the shown host for a panel of another page; `null` where no other is meant without one. */
  get name(): string | null {
    const { shown } = this;
    if (this.count === 1 || shown === undefined) return this.count === 1 ? null : this.chosen;
    const isUnique = this.introduced.filter(({ label }) => label === shown.label).length === 1;
    return isUnique ? shown.label : shown.id;
  }

  /** `undefined` before the agent has introduced it. */
  get shown(): HostDescription | undefined {
    const welcome = this.#welcome.value;
    return welcome === null ? undefined : findHost(welcome, this.chosen ?? undefined);
  }

  /** What to call the shown host: its label, unless others have the same; `undefined` before the agent has introduced it. */
  get shownName(): string | undefined {
    const { shown } = this;
    return shown === undefined ? undefined : hostNames(this.introduced)(shown);
  }

  /** For requests over HTTP, which know hosts only by their id; `undefined`: the agent's own, or not known yet. */
  get requested(): string | undefined {
    return this.chosen === null ? undefined : this.shown?.id;
  }

  /** `null` if the shown host keeps none, or is not known yet. */
  get history(): KeptHistory | null {
    return this.shown?.history ?? null;
  }

  /** Whether another agent samples the shown host. */
  get isOfOtherAgent(): boolean {
    return this.shown?.status !== undefined;
  }

  /** Metrics of the shown host. */
  get catalogue(): readonly MetricDescriptor[] {
    return this.shown?.catalogue ?? [];
  }

  /** Calls `listener` when another host is shown, or a host or its catalogue changes. Returns the undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first introduction decides what an address without a page shows: an overview, unless there is exactly one host. A wall shows a host. */
  #arrive(): void {
    if (this.#isKnown || this.count === undefined) return;
    this.#isKnown = true;
    this.#view.arrive(this.count === 1 || this.#view.value.isWall ? 'host' : 'hosts');
  }
}
