import type { HostSummary } from '../../../../shared/protocol/messages.ts';

/** More lines than this cannot be told apart. */
export const MOST_HOSTS = 8;

/**
 * The hosts to compare: those that are named, in that order, then, of those that globs and labels match, the ones in trouble and those with the highest
 * values. Hosts that were chosen `before` stay.
 * @param names as in a panel's `hosts`
 * @param metric by whose value they are ordered, if summaries have it
 */
export function chosenHosts(
  before: readonly string[],
  summaries: ReadonlyMap<string, HostSummary>,
  names: readonly string[],
  metric: string,
): readonly string[] {
  const named = names.flatMap((name) => {
    if (summaries.has(name)) return name;
    const labelled = [...summaries.values()].filter(({ label }) => label === name);
    return labelled.length === 1 ? labelled.map(({ id }) => id) : [];
  });
  const kept = before.filter((id) => summaries.has(id) && !named.includes(id));
  const rest = [...summaries.values()]
    .filter(({ id }) => !named.includes(id) && !kept.includes(id))
    .toSorted((one, other) => rankOf(one) - rankOf(other) || valueOf(other, metric) - valueOf(one, metric))
    .map(({ id }) => id);
  return [...new Set([...named, ...kept, ...rest])].slice(0, MOST_HOSTS);
}

function rankOf({ alerts, status }: HostSummary): number {
  if (alerts !== null && alerts.trouble > 0) return 0;
  if (status.state === 'down') return 1;
  return alerts !== null && alerts.warning > 0 ? 2 : 3;
}

/** Unknown ones last. */
function valueOf(summary: HostSummary, metric: string): number {
  return (metric === 'memory' ? summary.memory : summary.cpu) ?? -1;
}
