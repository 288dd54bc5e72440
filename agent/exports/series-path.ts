import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';

/** A metric's name taken apart, for formats that name the thing beside the metric: `network.eth0.receive` is `receive` of the interface `eth0`. */
export interface SeriesPath {
  /** `network`, `cpu.core`. */
  readonly subject: string;
  /** What the subject calls its things: `interface`, `core`; `null` for a metric of the whole. */
  readonly kind: string | null;
  /** `eth0`; `null` for a metric of the whole. */
  readonly thing: string | null;
  /** `receive`, `all.receive`; empty for the subject's own metric, such as `cpu`. */
  readonly field: string;
}

/** Subjects with things, as metrics begin. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['cpu.core', 'core'],
  ['agent.collector', 'collector'],
  ['network', 'interface'],
  ['disk', 'disk'],
  ['filesystem', 'mount'],
  ['temperature', 'sensor'],
  ['fan', 'sensor'],
  ['power', 'sensor'],
  ['battery', 'sensor'],
  ['container', 'container'],
]);

/** Takes the name of a metric apart. A name of an unknown kind is of the whole. */
export function seriesPath({ name, instance }: Pick<MetricDescriptor, 'name' | 'instance'>): SeriesPath {
  const parts = name.split('.');
  const [first = ''] = parts;
  if (instance !== undefined) {
    for (const length of [2, 1]) {
      const subject = parts.slice(0, length).join('.');
      const kind = KINDS.get(subject);
      const thing = parts[length];
      if (kind === undefined || thing === undefined) continue;
      return { subject, kind, thing, field: parts.slice(length + 1).join('.') };
    }
  }
  return { subject: first, kind: null, thing: null, field: parts.slice(1).join('.') };
}
