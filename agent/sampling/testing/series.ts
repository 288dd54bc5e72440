import type { RawValue } from '../raw-values.ts';

/** Values by series in Prometheus notation: `node_disk_reads_completed_total{device="sda"}`. */
export function seriesOf(values: Iterable<RawValue> = []): Record<string, number> {
  return Object.fromEntries([...values].map((raw) => [seriesName(raw), raw.value]));
}

/** Live metrics by series, for those that have one. */
export function linksOf(values: Iterable<RawValue> = []): Record<string, string> {
  return Object.fromEntries(
    [...values].flatMap((raw) => (raw.metric === undefined ? [] : [[seriesName(raw), raw.metric]])),
  );
}

function seriesName({ family, labels }: RawValue): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? family.name : `${family.name}{${pairs.join(',')}}`;
}
