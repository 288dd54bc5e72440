/**
 * What other agents say of their hosts, without what could act where it is displayed or computed with. Any of them may be hostile: the shape is checked by
 * schema before, the rest here.
 */
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { AlertLine, AlertView, HostDetails, HostSummary } from '../../shared/protocol/messages.ts';
import { MAX_INTERVAL_MS, MIN_INTERVAL_MS } from '../config.ts';
import { cleanLabel } from '../sampling/instances.ts';
import type { SampledTable } from '../sampling/sample.ts';
import { cleanTime } from './clean-time.ts';

const MAX_METRICS = 20_000;
const MAX_TABLES = 64;
/** As many as an operator can give. */
const MAX_LABELS = 16;
/** Names of graphics cards, or of disks. */
const MAX_PARTS = 256;

/** What a host measured last, and how it is called. */
type Measured = Omit<HostSummary, 'status' | 'via'>;

/** Whether an agent can sample like that. */
export function isPace({
  intervalMs,
  unitMs,
}: {
  readonly intervalMs: number;
  readonly unitMs: number;
}): boolean {
  return (
    Number.isInteger(unitMs) &&
    unitMs >= MIN_INTERVAL_MS &&
    intervalMs >= unitMs &&
    intervalMs <= MAX_INTERVAL_MS &&
    intervalMs % unitMs === 0
  );
}

export function cleanSummary<T extends Measured>(summary: T): T {
  const { id, label, labels, disk, pressure, alerts } = summary;
  const worst = alerts?.worst ?? null;
  return {
    ...summary,
    label: cleanLabel(label) || id,
    ...cleanLabels(labels),
    bootedAtMs: cleanTime(summary.bootedAtMs),
    ts: cleanTime(summary.ts),
    disk: disk && { ...disk, name: cleanLabel(disk.name) },
    pressure: pressure && { ...pressure, name: cleanLabel(pressure.name) },
    alerts: alerts && {
      ...alerts,
      worst: worst && { ...worst, title: cleanLabel(worst.title), metric: cleanName(worst.metric) },
    },
  };
}

/** `key: value`, as an operator labelled a host. */
export function cleanLabels(labels: Readonly<Record<string, string>> | undefined): {
  readonly labels?: Record<string, string>;
} {
  if (labels === undefined) return {};
  const pairs = Object.entries(labels).slice(0, MAX_LABELS);
  return { labels: Object.fromEntries(pairs.map(([key, value]) => [cleanLabel(key), cleanLabel(value)])) };
}

export function cleanFacts(facts: HostDetails): HostDetails {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, cleanFact(fact)]));
}

function cleanFact(fact: HostDetails[keyof HostDetails]): HostDetails[keyof HostDetails] {
  if (fact === undefined || typeof fact === 'number') return fact;
  return typeof fact === 'string' ? cleanLabel(fact) : fact.slice(0, MAX_PARTS).map(cleanLabel);
}

/** `undefined` if no agent has such metrics. */
export function cleanCatalogue(catalogue: readonly MetricDescriptor[]): MetricDescriptor[] | undefined {
  if (catalogue.length > MAX_METRICS || !areNames(catalogue)) return undefined;
  return catalogue.map((metric) => ({
    ...metric,
    label: cleanLabel(metric.label),
    unit: cleanLabel(metric.unit),
    group: cleanLabel(metric.group),
    ...(metric.instance === undefined ? {} : { instance: cleanLabel(metric.instance) }),
    help: cleanLabel(metric.help),
    source: cleanLabel(metric.source),
  }));
}

/** As `cleanCatalogue`. */
export function cleanTables(tables: readonly TableDescriptor[]): TableDescriptor[] | undefined {
  if (tables.length > MAX_TABLES || !areNames(tables)) return undefined;
  return tables.map((table) => ({
    ...table,
    label: cleanLabel(table.label),
    group: cleanLabel(table.group),
    columns: table.columns.map((column) => ({
      ...column,
      label: cleanLabel(column.label),
      unit: cleanLabel(column.unit),
    })),
    help: cleanLabel(table.help),
    source: cleanLabel(table.source),
  }));
}

/** Unique, and such that they can be shown and asked for. */
function areNames(named: readonly { readonly name: string }[]): boolean {
  const names = new Set(named.map(({ name }) => name));
  const isName = (name: string): boolean => name !== '' && cleanLabel(name) === name;
  return names.size === named.length && [...names].every(isName);
}

/** `undefined` for rows of no table that the host has described. */
export function cleanRows(
  { name, rows }: SampledTable,
  described: readonly TableDescriptor[],
): SampledTable | undefined {
  const width = described.find((table) => table.name === name)?.columns.length;
  if (width === undefined || rows.some((row) => row.length !== width)) return undefined;
  return {
    name,
    rows: rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cleanLabel(cell) : cell))),
  };
}

export function cleanAlert(alert: AlertView): AlertView {
  return {
    ...alert,
    title: cleanLabel(alert.title),
    metric: cleanName(alert.metric),
    unit: cleanLabel(alert.unit),
  };
}

export function cleanLine(line: AlertLine): AlertLine {
  return { ...line, title: cleanLabel(line.title) };
}

function cleanName(name: string | null): string | null {
  return name === null ? null : cleanLabel(name);
}
