import * as v from 'valibot';
import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import { hostDetailsSchema, type HostDetails } from '../../../shared/protocol/messages.ts';
import { cleanLabel } from '../../sampling/instances.ts';
import type { AboutBody } from '../bodies.ts';

const MAX_METRICS = 20_000;
const MAX_TABLES = 64;
/** As `gridUnitMs` and the flags of an agent have it. */
const MIN_UNIT_MS = 100;
const MAX_INTERVAL_MS = 60_000;

/** Whether an agent can sample like that. */
export function isPace({ intervalMs, unitMs }: Pick<AboutBody, 'intervalMs' | 'unitMs'>): boolean {
  return (
    unitMs >= MIN_UNIT_MS &&
    intervalMs <= MAX_INTERVAL_MS &&
    intervalMs >= unitMs &&
    intervalMs % unitMs === 0
  );
}

/** What a host says of itself, without what could act where it is displayed; `undefined` if no agent says such a thing. */
export function cleanAbout(about: AboutBody): AboutBody | undefined {
  const { host, tables } = about;
  const catalogue = cleanCatalogue(about.catalogue);
  if (catalogue === undefined || !isPace(about) || tables.length > MAX_TABLES || !areNames(tables))
    return undefined;
  return {
    ...about,
    host: {
      ...host,
      label: cleanLabel(host.label),
      ...cleanLabels(host.labels),
      facts: cleanFacts(host.facts),
    },
    catalogue,
    tables: tables.map(cleanTable),
  };
}

/** As `cleanAbout`. */
export function cleanCatalogue(catalogue: readonly MetricDescriptor[]): MetricDescriptor[] | undefined {
  if (catalogue.length > MAX_METRICS || !areNames(catalogue)) return undefined;
  return catalogue.map(cleanMetric);
}

/** `key: value`, as an operator labelled a host. */
export function cleanLabels(labels: Readonly<Record<string, string>> | undefined): {
  readonly labels?: Record<string, string>;
} {
  if (labels === undefined) return {};
  const clean = Object.entries(labels).map(([key, value]) => [cleanLabel(key), cleanLabel(value)] as const);
  return { labels: Object.fromEntries(clean) };
}

/** Unique, and such that they can be shown and asked for. */
function areNames(named: readonly { readonly name: string }[]): boolean {
  const names = new Set(named.map(({ name }) => name));
  const isName = (name: string): boolean => name !== '' && cleanLabel(name) === name;
  return names.size === named.length && [...names].every(isName);
}

function cleanMetric(metric: MetricDescriptor): MetricDescriptor {
  const { instance } = metric;
  return {
    ...metric,
    label: cleanLabel(metric.label),
    unit: cleanLabel(metric.unit),
    group: cleanLabel(metric.group),
    help: cleanLabel(metric.help),
    ...(instance === undefined ? {} : { instance: cleanLabel(instance) }),
  };
}

function cleanTable(table: TableDescriptor): TableDescriptor {
  return {
    ...table,
    label: cleanLabel(table.label),
    group: cleanLabel(table.group),
    help: cleanLabel(table.help),
    columns: table.columns.map((column) => ({
      ...column,
      label: cleanLabel(column.label),
      unit: cleanLabel(column.unit),
    })),
  };
}

function cleanFacts(facts: HostDetails): HostDetails {
  const clean = Object.entries(facts).map(([name, fact]) => [name, cleanFact(fact)]);
  return v.parse(hostDetailsSchema, Object.fromEntries(clean));
}

function cleanFact(fact: HostDetails[keyof HostDetails]): HostDetails[keyof HostDetails] {
  if (fact === undefined || typeof fact === 'number') return fact;
  return typeof fact === 'string' ? cleanLabel(fact) : fact.map(cleanLabel);
}
