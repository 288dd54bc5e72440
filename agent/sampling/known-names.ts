import { processTable } from './collectors/processes/metrics.ts';
import { everyMetric } from './every-metric.ts';

/** Two names are a slip apart when at most so many letters are changed, left out, added or swapped. */
const MOST_SLIPS = 2;
const EXAMPLES = 'cpu, memory.used, disk.*.read';

/** Of every metric that an agent can have, whatever host it runs on; `*` stands for the name of a disk, an interface, a container. */
function metricNames(): readonly string[] {
  return everyMetric('', '*', '', ['*']).map(({ name }) => name);
}

function tableNames(): readonly string[] {
  return [processTable('', true).name];
}

/**
 * Why a name or glob can never select anything, as the end of a sentence that says what was meant; `null` where it can, now or when the thing
 * that it names is there.
 */
export function unknownMetric(pattern: string): string | null {
  const names = metricNames();
  if (names.some((name) => canMeet(pattern, name))) return null;
  const near = nearest(pattern, names);
  const hint = near === null ? `such as ${EXAMPLES}` : `did you mean ${near}?`;
  return `no metric is called ${pattern}: ${hint} (docs/metrics.md names them all)`;
}

/** The same for tables. */
export function unknownTable(pattern: string): string | null {
  if (tableNames().some((name) => canMeet(pattern, name))) return null;
  return `no table is called ${pattern}: there is ${tableNames().join(', ')}`;
}

/** Whether there is a name that both the glob `a` and `b` match, in which a `*` stands for one part of a name. */
function canMeet(a: string, b: string): boolean {
  // Of each beginning of `a`, whether it meets the beginning of `b` that has been looked at.
  let row = Array.from({ length: a.length + 1 }, (_, i) => /^\**$/.test(a.slice(0, i)));
  for (const letter of b) {
    const next: boolean[] = [letter === '*' && row[0] === true];
    for (let i = 1; i <= a.length; i += 1) {
      const own = a[i - 1];
      if (own === '*') next.push(next[i - 1] === true || row[i] === true);
      // The name of a thing has no dot.
      else if (letter === '*') next.push((next[i - 1] === true && own !== '.') || row[i] === true);
      else next.push(row[i - 1] === true && own === letter);
    }
    row = next;
  }
  return row[a.length] === true;
}

/** What is a slip away and can select something; else what begins as `pattern` does; else `null`. */
function nearest(pattern: string, names: readonly string[]): string | null {
  const parts = pattern.split('.');
  const [, first = '', stars = ''] = /^(.*?)(\**)$/.exec(parts[0] ?? '') ?? [];
  const subjects = [...new Set(names.map((name) => name.split('.')[0] ?? ''))];
  const candidates = [
    ...subjects.map((subject) => [subject + stars, ...parts.slice(1)].join('.')),
    // Its `*` as what stands there.
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
    // Of a name of three letters, two others are no slip.
    .filter(({ candidate, slips }) => slips <= Math.min(MOST_SLIPS, candidate.length / 3))
    .toSorted((a, b) => a.slips - b.slips)[0]?.candidate;
  return near ?? names.find((name) => first !== '' && name.startsWith(first)) ?? null;
}

/** A number that is a digit away is another one, and no slip. */
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
