import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_RULES } from '../agent/alerts/default-rules.ts';
import { THRESHOLDS, type Line, type Threshold } from '../web/state/thresholds.ts';

const document = readFileSync(new URL('../docs/thresholds.md', import.meta.url), 'utf8');
const rows: readonly Threshold[] = THRESHOLDS;

const inMinutes = (ms: number): string => `${ms / 60_000} min`;
const inHours = (ms: number): string => `${ms / 3_600_000} h`;

function unitOf({ kind }: Threshold): string {
  return kind === 'temperature' ? ' °C' : kind === 'load' ? '' : ' %';
}

function comparedText({ metric, compared }: Threshold): string {
  if (compared.kind === 'forecast') return 'forecast';
  if (compared.kind === 'mean') return `mean of ${inMinutes(compared.windowMs)}`;
  if (compared.partOf !== undefined) return `newest value, of \`${metric}${compared.partOf}\``;
  return compared.perCore === true ? 'newest value, per logical processor' : 'newest value';
}

function lineText(row: Threshold, line: Line | undefined): string {
  if (line === undefined) return '–';
  const { at, forMs, overMs } = line;
  if (overMs !== undefined) return `full within ${inHours(at)}, by the last ${inHours(overMs)}`;
  return `≥ ${at}${unitOf(row)}${forMs === undefined ? '' : ` for ${inMinutes(forMs)}`}`;
}

it('docs/thresholds.md lists the thresholds as they are', () => {
  const expected = rows.map((row) => {
    const lineOf = (level: string): string =>
      lineText(
        row,
        row.lines.find((line) => line.level === level),
      );
    const alert = row.alert === undefined ? '–' : `\`${row.alert}\``;
    const cells = [
      `\`${row.kind}\``,
      `\`${row.metric}\``,
      comparedText(row),
      lineOf('warning'),
      lineOf('trouble'),
      alert,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const listed = document.split('\n').filter((line) => /^\| `[a-z-]+` \| `/.test(line));
  expect(listed).toEqual(expected);
});

it.each(rows.filter(({ alert }) => alert !== undefined))(
  '$kind is trouble where the alert $alert fires',
  (row) => {
    const rule = DEFAULT_RULES.find(({ name }) => name === row.alert);
    expect(rule?.metrics).toEqual([row.metric]);
    const line = row.lines.find(({ level }) => level === rule?.severity);
    const condition = rule?.condition;
    if (condition?.kind === 'forecast')
      expect(line).toMatchObject({ at: condition.withinMs, overMs: condition.overMs });
    else {
      expect(condition).toMatchObject({
        kind: 'threshold',
        direction: 'above',
        threshold: line?.at,
        reading: row.compared,
      });
      // The page tells it as soon as it is so, where a second is enough to know.
      expect([rule?.forMs, 0]).toContain(line?.forMs ?? 0);
    }
  },
);

it('every shipped alert of a threshold has its line here, but that on the history', () => {
  const watched = DEFAULT_RULES.filter(
    ({ condition: { kind } }) => kind === 'threshold' || kind === 'forecast',
  );
  const known = new Set(rows.map(({ alert }) => alert));
  expect(watched.map(({ name }) => name).filter((name) => !known.has(name))).toEqual(['history-not-written']);
});
