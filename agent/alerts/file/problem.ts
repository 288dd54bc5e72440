/** Something in alerts.yaml that cannot be. */
export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where, for people: `rules.busy.above`; empty for the file itself. */
  readonly field: string;
  /** What is wrong and what to do about it, as the end of a sentence. */
  readonly message: string;
}

/** Keys and indices from the top of the file: `['rules', 'busy', 'above']`. */
export type Path = readonly (string | number)[];

/** The same at a path whose line is not looked up yet. */
export interface PathProblem {
  readonly path: Path;
  readonly message: string;
}

/** `rules.busy.metric[1]` */
export function fieldText(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key + 1}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}

/** `line 12: rules.busy.above: give a number …` */
export function problemText({ line, field, message }: Problem): string {
  return `line ${line}: ${field === '' ? '' : `${field}: `}${message}`;
}

/** A value of the file in a message, short and on one line. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
const MAX_QUOTED = 60;

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'keys with values';
}

/** The name that was probably meant, as a question; empty if none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const near =
    known.find((one) => plain(one) === plain(name)) ??
    known.find((one) => slips(plain(one), plain(name)) <= Math.min(2, Math.ceil(one.length / 4)));
  return near === undefined ? '' : `did you mean ${near}? `;
}

/** Letters to change, add or leave out. */
function slips(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i += 1) {
    const next = [i + 1];
    for (let j = 1; j <= other.length; j += 1) {
      next.push(
        Math.min(
          (next[j - 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + (other[j - 1] === one[i] ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row.at(-1) ?? Number.POSITIVE_INFINITY;
}
