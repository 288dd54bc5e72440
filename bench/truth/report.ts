import type { Series } from '../../shared/protocol/messages.ts';
import { printTable } from '../harness/bench.ts';
import { checksOf, type Check, type Row } from './comparison.ts';
import type { Means } from './tools.ts';

type Metric = Pick<Series, 'name' | 'unit'> | { readonly name: string; readonly unit: string };

interface Options {
  readonly means?: ReadonlyMap<string, Means>;
  /** Also prints a line per metric. */
  readonly all: boolean;
}

/** Prints a line for each subject that has metrics with an independent check. Returns the names of metrics without one. */
export function report(
  title: string,
  metrics: readonly Metric[],
  rows: readonly Row[],
  { means = new Map(), all }: Options,
): string[] {
  const compared = metrics.map((metric) => ({ metric, checks: checksOf(metric.name, rows, means) }));
  const known = compared.filter(({ checks }) => checks.length > 0);
  const subjectOf = ({ name }: Metric): string => name.split(/[.:]/, 1)[0] ?? '';
  const subjects = new Set(known.map(({ metric }) => subjectOf(metric)));
  printTable(
    title,
    [...subjects].map((subject) => {
      const lines = known.filter(({ metric }) => subjectOf(metric) === subject);
      const pairs = lines.flatMap(({ metric, checks }) => checks.map((check) => ({ metric, check })));
      const worstOf = (isPercent: boolean): string => {
        const some = pairs.filter(({ metric }) => (metric.unit === 'percent') === isPercent);
        const [most] = some.toSorted((a, b) => size(b.check, b.metric.unit) - size(a.check, a.metric.unit));
        if (most === undefined) return '';
        const { metric, check } = most;
        return `${deviation(check, metric.unit)} (\`${metric.name}\`, ${check.observer})`;
      };
      return {
        subject,
        metrics: String(lines.length),
        'compared with': [...new Set(pairs.map(({ check }) => check.observer))].join(', '),
        'largest deviation of a mean: shares': worstOf(true),
        'other values': worstOf(false),
      };
    }),
  );
  if (all)
    printTable(
      `${title}, each metric`,
      known.map(({ metric, checks }) => line(metric, checks, rows)),
    );
  return compared.filter(({ checks }) => checks.length === 0).map(({ metric }) => metric.name);
}

function line(
  { name, unit }: Metric,
  checks: readonly Check[],
  rows: readonly Row[],
): Record<string, string> {
  return {
    metric: `\`${name}\``,
    'agent (least to most)': published(checks[0], rangeOf(name, rows), unit),
    'independent check': checks.map((check) => `${check.observer} ${format(check.check, unit)}`).join(', '),
    deviation: checks.map((check) => deviation(check, unit)).join(', '),
    'worst second or instant': worst(checks, unit),
  };
}

function published(check: Check | undefined, range: string | null, unit: string): string {
  const mean = format(check?.agent ?? Number.NaN, unit);
  return range === null ? mean : `${mean} (${range})`;
}

/** Least and most of a single sample, to show that there was load; `null` for a constant. */
function rangeOf(metric: string, rows: readonly Row[]): string | null {
  const known = rows.slice(1).flatMap(({ values }) => values.get(metric) ?? []);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? null : `${format(least, '')} to ${format(most, '')}`;
}

function worst(checks: readonly Check[], unit: string): string {
  const byHand = checks[0]?.worst;
  return byHand === undefined || byHand === null ? '' : format(byHand, unit);
}

/** Points of a percentage; for other units relative to what the observer saw. */
function size({ agent, check }: Check, unit: string): number {
  const difference = Math.abs(agent - check);
  if (unit === 'percent' || difference === 0) return difference;
  return difference / Math.abs(check);
}

function deviation({ agent, check }: Check, unit: string): string {
  const difference = agent - check;
  if (difference === 0) return '0';
  if (unit === 'percent') return signed(difference, ' pt');
  return check === 0 ? format(difference, unit) : signed((difference / check) * 100, ' %');
}

function signed(value: number, suffix: string): string {
  const text = Math.abs(value).toFixed(2);
  if (text === '0.00') return `<0.01${suffix}`;
  return `${value < 0 ? '−' : '+'}${text}${suffix}`;
}

const SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** `12.35 %`, `4.52 MB/s`, `1.8 k/s`. */
function format(value: number, unit: string): string {
  if (unit === 'percent') return `${value.toFixed(2)} %`;
  const [scale, prefix] = SCALES.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  const digits = Number((value / scale).toPrecision(4));
  const short = unit.replace('bytes', 'B').replace('count', '');
  return `${digits} ${prefix}${short}`.trim();
}
