import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, HostSummary } from '../../shared/protocol/messages.ts';
import { cleanLabel } from '../sampling/instances.ts';

/** As an agent takes for its own `--interval` and grid. */
const MIN_UNIT_MS = 100;
const MAX_INTERVAL_MS = 60_000;
const MAX_EPOCH = 64;
const MAX_LABELS = 16;
const STATES: ReadonlySet<string> = new Set(['up', 'down', 'unknown']);

/**
 * The summary that another agent gave of its host, safe to show and to compute with.
 * @returns or why the host cannot be shown, as the end of a sentence
 */
export function checkSummary(summary: HostSummary): HostSummary | string {
  const { id, label, labels, epoch, intervalMs, minIntervalMs, status, disk, pressure, alerts } = summary;
  const cleanId = cleanLabel(id);
  if (cleanId === '' || cleanId !== id) return 'has a name that no host can have';
  if (epoch.length > MAX_EPOCH) return 'says that its run is one that no agent can have';
  const isGrid =
    Number.isInteger(minIntervalMs) &&
    Number.isInteger(intervalMs) &&
    minIntervalMs >= MIN_UNIT_MS &&
    intervalMs <= MAX_INTERVAL_MS &&
    intervalMs % minIntervalMs === 0;
  if (!isGrid) return `says that it measures every ${intervalMs} ms on a grid of ${minIntervalMs} ms`;
  const { via: _via, ...own } = summary;
  return {
    ...own,
    label: cleanLabel(label) || cleanId,
    ...(labels === undefined ? {} : { labels: cleanLabels(labels) }),
    status: {
      state: STATES.has(status.state) ? status.state : 'unknown',
      sinceMs: status.sinceMs,
      ...(status.reason === undefined ? {} : { reason: cleanLabel(status.reason) }),
    },
    disk: disk && { ...disk, name: cleanLabel(disk.name) },
    pressure: pressure && { ...pressure, name: cleanLabel(pressure.name) },
    alerts: alerts && {
      ...alerts,
      worst: alerts.worst && { ...alerts.worst, title: cleanLabel(alerts.worst.title) },
    },
  };
}

function cleanLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(labels).slice(0, MAX_LABELS);
  return Object.fromEntries(pairs.map(([key, value]) => [cleanLabel(key), cleanLabel(value)]));
}

/** Details of a host as its own agent described it; whether a past is kept there is none of them, since nobody can ask for it here. */
export function cleanHost({ history: _history, facts, ...host }: Host): Host {
  return {
    ...host,
    facts: {
      ...facts,
      operatingSystem: cleanText(facts.operatingSystem),
      kernel: cleanText(facts.kernel),
      architecture: cleanText(facts.architecture),
      cpuModel: cleanText(facts.cpuModel),
      kind: cleanText(facts.kind),
      platform: cleanText(facts.platform),
      gpus: facts.gpus?.map((name) => cleanLabel(name)),
      disks: facts.disks?.map((name) => cleanLabel(name)),
    },
  };
}

function cleanText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cleanLabel(text);
}

export function cleanMetric(metric: MetricDescriptor): MetricDescriptor {
  return {
    ...metric,
    name: cleanLabel(metric.name),
    label: cleanLabel(metric.label),
    unit: cleanLabel(metric.unit),
    group: cleanLabel(metric.group),
    ...(metric.instance === undefined ? {} : { instance: cleanLabel(metric.instance) }),
    help: cleanLabel(metric.help),
    source: cleanLabel(metric.source),
  };
}

export function cleanTable(table: TableDescriptor): TableDescriptor {
  return {
    ...table,
    label: cleanLabel(table.label),
    group: cleanLabel(table.group),
    columns: table.columns.map((column) => ({ ...column, label: cleanLabel(column.label) })),
    help: cleanLabel(table.help),
    source: cleanLabel(table.source),
  };
}
