import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { printTable } from '../measure/table.ts';
import { checksOf, type Check, type Row } from './comparison.ts';
import type { Means } from './tools.ts';

/** Prints a line for each metric that somebody else knows too. Returns the names of the others. */
export function report(
  title: string,
  metrics: readonly MetricDescriptor[],
  rows: readonly Row[],
  means: ReadonlyMap<string, Means> = new Map(),
): string[] {
  const compared = metrics.map((metric) => ({ metric, checks: checksOf(metric.name, rows, means) }));
  printTable(
    title,
    compared
      .filter(({ checks }) => checks.length > 0)
      .map(({ metric, checks }) => ({
        metric: `\`${metric.name}\``,
        'agent (least to most)': published(checks[0], rangeOf(metric.name, rows), metric.unit),
        'independent check': checks
          .map(({ observer, check }) => `${observer} ${format(check, metric.unit)}`)
          .join(', '),
        deviation: checks.map((check) => deviation(check, metric.unit)).join(', '),
        'worst second or instant': worst(checks, metric.unit),
      })),
  );
  const off = compared.filter(({ metric, checks }) => checks.some((check) => isOff(check, metric.unit)));
  console.log(
    `\n${compared.length} metrics. Off by more than 1 % or 0.1 points in the mean: ${off.map(({ metric }) => metric.name).join(', ') || 'none'}.`,
  );
  return compared.filter(({ checks }) => checks.length === 0).map(({ metric }) => metric.name);
}

function published(check: Check | undefined, range: string | null, unit: string): string {
  const mean = format(check?.agent ?? Number.NaN, unit);
  return range === null ? mean : `${mean} (${range})`;
}

/** So that it is seen whether there was any load; `null` for what stood still. */
function rangeOf(metric: string, rows: readonly Row[]): string | null {
  const known = rows.slice(1).flatMap(({ values }) => values.get(metric) ?? []);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? null : `${format(least, '')} to ${format(most, '')}`;
}

function worst(checks: readonly Check[], unit: string): string {
  const byHand = checks[0]?.worst;
  return byHand === undefined || byHand === null ? '' : format(byHand, unit);
}

function isOff({ agent, check }: Check, unit: string): boolean {
  const difference = Math.abs(agent - check);
  return unit === 'percent' ? difference > 0.1 : difference > Math.abs(check) / 100;
}

/** Points of a percentage; of anything else percent of what the other one saw. */
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
