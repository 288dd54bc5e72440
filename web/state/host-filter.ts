import { HOST_MARKS, type HostMark } from './host-mark.ts';

export const HOST_SORTS = ['trouble', 'cpu', 'memory', 'disk', 'network', 'pressure', 'name'] as const;
export type HostSort = (typeof HOST_SORTS)[number];

/** Which hosts the overview lists, beside the search, and in which order. */
export interface HostFilter {
  /** Empty: all. */
  readonly marks: readonly HostMark[];
  /** `env=prod`: for each key that is named, one of its values. */
  readonly labels: readonly string[];
  readonly sort: HostSort;
}

export const EVERY_HOST: HostFilter = { marks: [], labels: [], sort: 'trouble' };

/** Unknown values are ignored. */
export function readHostFilter(parameters: URLSearchParams): HostFilter {
  const marks = parameters.get('state')?.split(',') ?? [];
  const sort = parameters.get('sort');
  return {
    marks: HOST_MARKS.filter((mark) => marks.includes(mark)),
    labels: parameters.getAll('label').filter((label) => label.includes('=')),
    sort: HOST_SORTS.find((one) => one === sort) ?? 'trouble',
  };
}

/** The parts of an address, without defaults: `state=down,trouble`, `label=env%3Dprod`, `sort=cpu`. */
export function writeHostFilter({ marks, labels, sort }: HostFilter): string[] {
  return [
    ...(marks.length === 0 ? [] : [`state=${marks.join(',')}`]),
    ...labels.map((label) => `label=${encodeURIComponent(label)}`),
    ...(sort === 'trouble' ? [] : [`sort=${sort}`]),
  ];
}

/** The same with one more label, or without it if it was chosen. */
export function withLabel({ labels, ...rest }: HostFilter, label: string): HostFilter {
  return {
    ...rest,
    labels: labels.includes(label) ? labels.filter((one) => one !== label) : [...labels, label],
  };
}

/** As `withLabel`, for a state. */
export function withMark({ marks, ...rest }: HostFilter, mark: HostMark): HostFilter {
  return { ...rest, marks: marks.includes(mark) ? marks.filter((one) => one !== mark) : [...marks, mark] };
}
