import type { Hue } from '../../elements/metric-chart/chart-series.ts';
import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { formatReading } from '../../locales/format.ts';
import { MAX_ROWS } from './canvas/paint-heat.ts';
import type { BoardMessages } from './board-messages.ts';
import type { SeriesIndex, Thing } from './series-index.ts';

/** One row of a strip: the sum of some series. */
export interface StripRow {
  readonly label: string;
  readonly columns: readonly number[];
  readonly hue: Hue;
}

/** Values of the rows at the time that is read; `null`: not known. */
export type RowValues = readonly (number | null)[];

/** Below the plot of a card: how what it shows is spread, or what goes with it. */
export interface StripPlan {
  /** `heat`: a row of cells for each, percent; `line`: one line. */
  readonly kind: 'heat' | 'line';
  readonly rows: readonly StripRow[];
  /** Of a line: the value at the top; undefined: the highest that is shown. */
  readonly max?: number;
  readonly title: string;
  /** The text at the right. @param tag BCP 47 */
  readonly reading: (values: RowValues, tag: string) => string;
  /** Series beside those of the rows that the reading needs, after these. */
  readonly facts: readonly PlacedSeries[];
}

/** Named one by one up to here; of more, only the highest. */
const MAX_NAMED = 2;

export function coresStrip(cores: readonly PlacedSeries[], messages: BoardMessages): StripPlan | null {
  if (cores.length < 2) return null;
  return heat(
    cores.map(({ series, column }) => ({
      label: series.instance ?? series.label,
      columns: [column],
      hue: 'cpu',
    })),
    messages.strips.cores(cores.length, MAX_ROWS),
    messages.strips.busiest,
  );
}

export function swapStrip(index: SeriesIndex, { strips }: BoardMessages): StripPlan | null {
  const share = index.get('memory.swap');
  if (share === undefined) return null;
  const facts = index.all('memory.swapUsed', 'memory.swapTotal');
  return {
    kind: 'line',
    rows: [{ label: strips.swap, columns: [share.column], hue: 'memory' }],
    max: 100,
    title: strips.swap,
    reading: ([percent = null, used = null, total = null], tag) =>
      used === null || total === null
        ? formatReading(percent, 'percent', tag)
        : strips.usedOf(formatReading(used, 'bytes', tag), formatReading(total, 'bytes', tag)),
    facts: facts.length === 2 ? facts : [],
  };
}

/** Where there is no swap. */
export function availableStrip(index: SeriesIndex, { strips }: BoardMessages): StripPlan | null {
  const available = index.get('memory.available');
  if (available === undefined) return null;
  return {
    kind: 'line',
    rows: [{ label: strips.available, columns: [available.column], hue: 'memory' }],
    title: strips.available,
    reading: ([bytes = null], tag) => formatReading(bytes, available.series.unit, tag),
    facts: [],
  };
}

export function fullPressureStrip(index: SeriesIndex, messages: BoardMessages): StripPlan | null {
  const { cpu, memory, io } = messages.pressure;
  const rows = [
    ['cpu', cpu],
    ['memory', memory],
    ['io', io],
  ].flatMap(([kind, label = '']): StripRow[] => {
    const placed = index.get(`pressure.${kind}.full`);
    return placed === undefined ? [] : [{ label, columns: [placed.column], hue: placed.hue }];
  });
  if (rows.length === 0) return null;
  const names = rows.map(({ label }) => label).join(messages.list);
  return {
    ...heat(rows, messages.strips.allWaiting(names), messages.strips.highest),
    // Always named: a number alone would not say of which.
    reading: (values, tag) => highest(rows, values, messages.strips.highest, tag),
  };
}

export function dropsStrip(things: readonly Thing[], { strips }: BoardMessages): StripPlan | null {
  const columns = things.flatMap(({ metrics }) =>
    ['receiveDrops', 'transmitDrops', 'receiveErrors', 'transmitErrors'].flatMap(
      (name) => metrics.get(name)?.column ?? [],
    ),
  );
  if (columns.length === 0) return null;
  return {
    kind: 'line',
    rows: [{ label: strips.drops, columns, hue: 'network' }],
    title: strips.drops,
    reading: ([drops = null], tag) => formatReading(drops, '/s', tag),
    facts: [],
  };
}

export function busyStrip(things: readonly Thing[], messages: BoardMessages): StripPlan | null {
  const rows = things.flatMap(({ name, metrics }): StripRow[] => {
    const busy = metrics.get('utilisation');
    return busy === undefined ? [] : [{ label: name, columns: [busy.column], hue: 'disk' }];
  });
  if (rows.length === 0) return null;
  const names = rows.length > MAX_NAMED ? null : rows.map(({ label }) => label).join(messages.list);
  return heat(
    rows,
    names === null ? messages.strips.busyDisks(rows.length) : messages.strips.busy(names),
    messages.strips.busiest,
  );
}

export function blockedStrip(index: SeriesIndex, { strips }: BoardMessages): StripPlan | null {
  const blocked = index.get('system.processesBlocked');
  if (blocked === undefined) return null;
  return {
    kind: 'line',
    rows: [{ label: strips.blocked, columns: [blocked.column], hue: 'neutral' }],
    title: strips.blocked,
    reading: ([tasks = null], tag) => formatReading(tasks, 'count', tag),
    facts: [],
  };
}

function heat(
  rows: readonly StripRow[],
  title: string,
  ofHighest: (name: string, reading: string) => string,
): StripPlan {
  return {
    kind: 'heat',
    rows,
    title,
    reading: (values, tag) =>
      rows.length > MAX_NAMED
        ? highest(rows, values, ofHighest, tag)
        : values.map((value) => formatReading(value, 'percent', tag)).join(', '),
    facts: [],
  };
}

function highest(
  rows: readonly StripRow[],
  values: RowValues,
  text: (name: string, reading: string) => string,
  tag: string,
): string {
  let at = -1;
  for (const [index, value] of values.entries())
    if (value !== null && (at < 0 || value > (values[at] ?? 0))) at = index;
  return at < 0
    ? formatReading(null, 'percent', tag)
    : text(rows[at]?.label ?? '', formatReading(values[at] ?? null, 'percent', tag));
}
