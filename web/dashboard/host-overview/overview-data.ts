import { hostNames } from '../../../shared/client/host-names.ts';
import type { HostFilter } from '../../state/host-filter.ts';
import type { ListedHost } from '../../state/host-list.ts';
import type { HostMark } from '../../state/host-mark.ts';
import { groupHosts, type FieldGroup } from './field-layout.ts';
import { countLabels, countMarks, listHosts, namePlaces, troubleFirst } from './host-order.ts';

type Hosts = ReadonlyMap<string, ListedHost>;

/** From so many hosts on there is a map of them, and rows are lower. */
export const MANY = 100;
/** Up to so many hosts have a card each. */
export const FEW = 6;

/** What the overview shows of all hosts, worked out again only where something has changed. */
export class OverviewData {
  /** Of those that filter and search leave, in the order shown. */
  ids: readonly string[] = [];
  counts: ReadonlyMap<HostMark, number> = new Map();
  labels: ReadonlyMap<string, number> = new Map();
  groups: readonly FieldGroup[] = [];
  /** The gravest first. */
  unwell: readonly ListedHost[] = [];
  well: readonly ListedHost[] = [];
  /** Why hosts are unknown, if it is the same for several and all; else `null`. */
  commonReason: string | null = null;
  nameOf = hostNames([]);
  #places: ReadonlyMap<string, number> = new Map();

  /** Which hosts there are has changed, or how they are called and labelled. */
  renamed(hosts: Hosts, tag: string): void {
    this.#places = namePlaces(hosts.values(), tag);
    this.nameOf = hostNames([...hosts.values()].map(({ summary }) => summary));
    this.labels = countLabels(hosts.values());
    this.groups = hosts.size < MANY ? [] : groupHosts(hosts.values(), this.#places);
  }

  /** How hosts are has changed. */
  changed(hosts: Hosts): void {
    const all = [...hosts.values()];
    this.well = all.filter(({ mark }) => mark === 'up');
    this.unwell = troubleFirst(
      all.filter(({ mark }) => mark !== 'up'),
      this.#places,
    );
    const unknown = this.unwell.filter(({ mark }) => mark === 'unknown');
    const reason = unknown[0]?.summary.status.reason ?? null;
    const isCommon = unknown.length > 1 && unknown.every(({ summary }) => summary.status.reason === reason);
    this.commonReason = isCommon ? reason : null;
  }

  /** The reader wants to see others. */
  filtered(hosts: Hosts, { labels }: HostFilter, search: string): void {
    this.counts = countMarks(hosts.values(), labels, search);
  }

  ordered(hosts: Hosts, filter: HostFilter, search: string): void {
    const ids = listHosts(hosts.values(), filter, search, this.#places).map(({ summary }) => summary.id);
    const isSame = ids.length === this.ids.length && ids.every((id, index) => id === this.ids[index]);
    if (!isSame) this.ids = ids;
  }
}
