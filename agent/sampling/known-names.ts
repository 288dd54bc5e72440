import { processTable } from './collectors/processes/metrics.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { everyMetric } from './every-metric.ts';

/** Maximum number of letters changed, omitted, added or swapped in a typo. */
const MOST_SLIPS = 2;
/** A longer name is no typo of any. */
const MOST_LETTERS = 64;
const EXAMPLES = 'cpu, memory.used, disk.*.read';

let known: readonly MetricDescriptor[] | undefined;

/** Every metric on any host; `*` stands for the name of a disk, interface, container. */
function knownMetrics(): readonly MetricDescriptor[] {
  known ??= everyMetric('', '*', '', ['*']);
  return known;
}

function metricNames(): readonly string[] {
  return knownMetrics().map(({ name }) => name);
}

function tableNames(): readonly string[] {
  return [processTable('', true).name];
}

/** Why a name or glob can never match any metric, as the end of a sentence; `null` if it can, now or later. */
export function unknownMetric(pattern: string): string | null {
  const names = metricNames();
  if (names.some((name) => canMeet(pattern, name))) return null;
  const near = nearest(pattern, names);
  const hint = near === null ? `such as ${EXAMPLES}` : `did you mean ${near}?`;
  return `no metric is called ${pattern}: ${hint} (docs/metrics.md names them all)`;
}

/** The unit of all metrics that a name or glob can match; `null` if they differ. */
export function metricUnit(pattern: string): string | null {
  const metrics = knownMetrics().filter(({ name }) => canMeet(pattern, name));
  const [unit = null, ...others] = new Set(metrics.map((metric) => metric.unit));
  return others.length === 0 ? unit : null;
}

/** The same for tables. */
export function unknownTable(pattern: string): string | null {
  if (tableNames().some((name) => canMeet(pattern, name))) return null;
  return `no table is called ${pattern}: there is ${tableNames().join(', ')}`;
}

/** Whether some name matches both globs. In `b`, a `*` stands for exactly one part of a name. */
function canMeet(a: string, b: string): boolean {
  // For each prefix of `a`, whether (1) it meets the prefix of `b` seen so far.
  let row = new Uint8Array(a.length + 1);
  let next = new Uint8Array(a.length + 1);
  row[0] = 1;
  for (let i = 1; i <= a.length && a[i - 1] === '*'; i += 1) row[i] = 1;
  for (const letter of b) {
    next[0] = letter === '*' ? (row[0] ?? 0) : 0;
    for (let i = 1; i <= a.length; i += 1) {
      const own = a[i - 1];
      if (own === '*') next[i] = (next[i - 1] ?? 0) | (row[i] ?? 0);
      // Names of things contain no dots.
      else if (letter === '*') next[i] = (own === '.' ? 0 : (next[i - 1] ?? 0)) | (row[i] ?? 0);
      else next[i] = own === letter ? (row[i - 1] ?? 0) : 0;
    }
    [row, next] = [next, row];
  }
  return row[a.length] === 1;
}

/** The closest valid pattern within a typo; else a name that starts like `pattern`; else `null`. */
function nearest(pattern: string, names: readonly string[]): string | null {
  if (pattern.length > MOST_LETTERS) return null;
  const parts = pattern.split('.');
  const [, first = '', stars = ''] = /^(.*?)(\**)$/.exec(parts[0] ?? '') ?? [];
  const subjects = [...new Set(names.map((name) => name.split('.')[0] ?? ''))];
  const candidates = [
    ...subjects.map((subject) => [subject + stars, ...parts.slice(1)].join('.')),
    // Substitute the user's parts for `*`.
    ...names.map((name) =>
      name
        .split('.')
        .map((part, i) => (part === '*' ? (parts[i] ?? part) : part))
        .join('.'),
    ),
  ].filter(
    (candidate) => isOfNumbersIn(candidate, pattern) && names.some((name) => canMeet(candidate, name)),
  );
  const near = candidates
    .map((candidate) => ({ candidate, slips: slipsBetween(pattern.toLowerCase(), candidate.toLowerCase()) }))
    // In a name of three letters, two changes are not a typo.
    .filter(({ candidate, slips }) => slips <= Math.min(MOST_SLIPS, candidate.length / 3))
    .toSorted((a, b) => a.slips - b.slips)[0]?.candidate;
  return near ?? names.find((name) => first !== '' && name.startsWith(first)) ?? null;
}

/** A different number is another name, not a typo. */
function isOfNumbersIn(candidate: string, pattern: string): boolean {
  const numbers = numbersIn(pattern);
  return numbersIn(candidate).every((number) => numbers.includes(number));
}

function numbersIn(text: string): readonly string[] {
  return text.match(/\d+/g) ?? [];
}

/** Optimal string alignment distance. */
function slipsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
