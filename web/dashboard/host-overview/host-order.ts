import type { HostFilter } from '../../state/host-filter.ts';
import { labelsOf, type ListedHost } from '../../state/host-list.ts';
import { HOST_MARKS, type HostMark } from '../../state/host-mark.ts';

const RANKS: Readonly<Record<HostMark, number>> = { down: 0, trouble: 1, warning: 2, unknown: 3, up: 4 };

/** Places of names in their natural order, `web-2` before `web-10`: comparing names is a hundred times as slow as comparing places. */
export function namePlaces(hosts: Iterable<ListedHost>, tag: string): ReadonlyMap<string, number> {
  const collator = new Intl.Collator(tag, { numeric: true });
  const sorted = [...hosts].toSorted(({ summary: one }, { summary: other }) =>
    collator.compare(one.label, other.label),
  );
  return new Map(sorted.map(({ summary }, place) => [summary.id, place]));
}

/** The hosts that a filter and a search leave, in the filter's order. */
export function listHosts(
  hosts: Iterable<ListedHost>,
  filter: HostFilter,
  search: string,
  places: ReadonlyMap<string, number>,
): ListedHost[] {
  const found = [...hosts].filter(chosenBy({ ...filter, search }));
  const placeOf = ({ summary }: ListedHost): number => places.get(summary.id) ?? Infinity;
  const byName = (one: ListedHost, other: ListedHost): number => placeOf(one) - placeOf(other);
  if (filter.sort === 'name') return found.toSorted(byName);
  if (filter.sort === 'trouble') return troubleFirst(found, places);
  const valueOf = VALUES[filter.sort];
  return found.toSorted((one, other) => descending(valueOf(one), valueOf(other)) || byName(one, other));
}

/** The gravest first; of equals, the one that waits most. */
export function troubleFirst(
  hosts: readonly ListedHost[],
  places: ReadonlyMap<string, number>,
): ListedHost[] {
  const placeOf = ({ summary }: ListedHost): number => places.get(summary.id) ?? Infinity;
  return hosts.toSorted((one, other) => byTrouble(one, other) || placeOf(one) - placeOf(other));
}

/** How many hosts have each state, of those that labels and search leave. */
export function countMarks(
  hosts: Iterable<ListedHost>,
  labels: readonly string[],
  search: string,
): ReadonlyMap<HostMark, number> {
  const isChosen = chosenBy({ marks: [], labels, search });
  const counts = new Map<HostMark, number>();
  for (const host of hosts) if (isChosen(host)) counts.set(host.mark, (counts.get(host.mark) ?? 0) + 1);
  return new Map(HOST_MARKS.map((mark) => [mark, counts.get(mark) ?? 0]));
}

/** Each label that a host has, and how many have it, in the order of keys and values. */
export function countLabels(hosts: Iterable<ListedHost>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { summary } of hosts)
    for (const label of labelsOf(summary)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map([...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function chosenBy({
  marks,
  labels,
  search,
}: Pick<HostFilter, 'marks' | 'labels'> & { readonly search: string }): (host: ListedHost) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const byKey = new Map<string, string[]>();
  for (const label of labels) {
    const key = label.slice(0, label.indexOf('='));
    byKey.set(key, [...(byKey.get(key) ?? []), label]);
  }
  return ({ summary, mark, words: own }) =>
    (marks.length === 0 || marks.includes(mark)) &&
    words.every((word) => own.includes(word)) &&
    (byKey.size === 0 ||
      [...byKey].every(([key, wanted]) => wanted.includes(`${key}=${summary.labels?.[key]}`)));
}

/** Who went down last comes first: it is news. */
function byTrouble(
  { summary: one, mark }: ListedHost,
  { summary: other, mark: otherMark }: ListedHost,
): number {
  const ranks = RANKS[mark] - RANKS[otherMark];
  if (ranks !== 0) return ranks;
  if (mark === 'down') return descending(one.status.sinceMs, other.status.sinceMs);
  return (
    descending(one.alerts?.trouble ?? 0, other.alerts?.trouble ?? 0) ||
    descending(one.pressure?.percent ?? null, other.pressure?.percent ?? null)
  );
}

const VALUES = {
  cpu: ({ summary }) => summary.cpu,
  memory: ({ summary }) => summary.memory,
  disk: ({ summary }) => summary.disk?.percent ?? null,
  network: ({ summary: { network } }) =>
    network === null ? null : (network.receive ?? 0) + (network.send ?? 0),
  pressure: ({ summary }) => summary.pressure?.percent ?? null,
} satisfies Record<string, (host: ListedHost) => number | null>;

/** What is not known comes last. */
function descending(one: number | null, other: number | null): number {
  return (other ?? -Infinity) === (one ?? -Infinity) ? 0 : (other ?? -Infinity) - (one ?? -Infinity);
}
