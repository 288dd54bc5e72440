import { readFileSync } from 'node:fs';
import type { Found } from '../../e2e/prometheus-server.ts';

/** One query of a Grafana dashboard. */
export interface Query {
  readonly row: string;
  readonly panel: string;
  readonly expression: string;
}

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly { readonly expr?: string }[];
}

/** The queries of a dashboard's JSON, in its order. */
export function queriesOf(path: string): Query[] {
  const { panels } = JSON.parse(readFileSync(path, 'utf8')) as { readonly panels: readonly Panel[] };
  const queries: Query[] = [];
  let row = '';
  const walk = (some: readonly Panel[]): void => {
    for (const { type, title = '', panels: inside = [], targets = [] } of some) {
      if (type === 'row') row = title;
      for (const { expr } of targets) {
        if (expr !== undefined && expr !== '') queries.push({ row, panel: title, expression: expr });
      }
      walk(inside);
    }
  };
  walk(panels);
  return queries;
}

/** With Grafana's variables filled in. @param window of a rate */
export function filledIn(
  expression: string,
  job: string,
  instance: string,
  nodename: string,
  window: string,
): string {
  return expression
    .replaceAll(/\$\{?job\}?/g, job)
    .replaceAll(/\$\{?nodename\}?/g, nodename)
    .replaceAll(/\$\{?node\}?/g, instance)
    .replaceAll(/\$__rate_interval|\$__interval|\$__range/g, window);
}

/** Ours may have more labels, and labels that newer versions of node_exporter have. */
const UNCOMPARED: ReadonlySet<string> = new Set(['__name__', 'job', 'instance', 'adminstate', 'rotational']);

/** Equal for the same series of either exporter. */
export function seriesKey({ labels }: Found): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => !UNCOMPARED.has(name))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Relative, and for what is next to nothing: per second, bytes, or a percentage. */
const NEAR = 0.05;
const NOTHING = 0.02;

export function isNear(one: number, other: number): boolean {
  if (Number.isNaN(one) && Number.isNaN(other)) return true;
  return Math.abs(one - other) <= NEAR * Math.max(Math.abs(one), Math.abs(other)) + NOTHING || one === other;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
