import type { Hue } from './metric-chart/chart-series.ts';

const RULES: readonly (readonly [RegExp, Hue])[] = [
  [/^cpu\.(?:.*\.)?iowait$|^pressure\.io\.|^disk\.|^container\..*\.(?:read|write)$/, 'disk'],
  [/^cpu(?:\.|$)|^pressure\.cpu\.|^limit\.(?:cpu|throttled)|\.cpu$/, 'cpu'],
  [/^memory(?:\.|$)|^pressure\.memory\.|^limit\.(?:memory|oomKills)|\.memory(?:Max)?$/, 'memory'],
  [/^(?:network|tcp|sockets)\./, 'network'],
];

/** The hue of a metric, by its name alone, so that it is the same everywhere. */
export function hueOf(metric: string): Hue {
  return RULES.find(([names]) => names.test(metric))?.[1] ?? 'neutral';
}
