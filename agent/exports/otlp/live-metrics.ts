import type { Reading } from '../reading.ts';
import { seriesPath } from '../series-path.ts';
import type { Attributes, Instrument, MetricSet } from './metric-set.ts';

/** Live units in UCUM, and what to multiply by. */
const UNITS: ReadonlyMap<string, readonly [unit: string, factor: number]> = new Map([
  ['percent', ['1', 0.01]],
  ['bytes', ['By', 1]],
  ['bytes/s', ['By/s', 1]],
  ['/s', ['1/s', 1]],
  ['count', ['1', 1]],
  ['ms', ['s', 0.001]],
  ['°C', ['Cel', 1]],
  ['rpm', ['{rpm}', 1]],
]);

/** By metric, with the unit of the conventions, or what the Collector has where these have none. */
const CONVENTIONAL: ReadonlyMap<string, Instrument> = new Map(
  [
    ['system.uptime', 'system.uptime', 's'],
    ['load', 'system.cpu.load_average.1m', '{thread}'],
    ['load.5', 'system.cpu.load_average.5m', '{thread}'],
    ['load.15', 'system.cpu.load_average.15m', '{thread}'],
  ].map(([metric = '', name = '', unit = '']) => [metric, { name, unit, type: 'gauge' }]),
);

/** Subjects of which `system.*` tells all, by the beginning of its names. */
const COVERED: ReadonlyMap<string, string> = new Map([
  ['cpu', 'system.cpu.time'],
  ['cpu.core', 'system.cpu.time'],
  ['memory', 'system.memory.'],
  ['network', 'system.network.io'],
  ['disk', 'system.disk.io'],
  ['filesystem', 'system.filesystem.'],
  ['process', 'system.process.count'],
]);
/** Modes of the whole processor, as shares; per processor they follow from `system.cpu.time`. */
const CPU_UTILIZATION: Instrument = { name: 'system.cpu.utilization', unit: '1', type: 'gauge' };
const CPU_MODES: ReadonlyMap<string, string> = new Map(
  ['user', 'nice', 'system', 'iowait', 'irq', 'softirq', 'steal'].map((state) => [
    `cpu.${state}`,
    state === 'irq' ? 'interrupt' : state,
  ]),
);

/**
 * Adds live metrics as gauges in base units: under conventional names where there are some, else as `metrics_panel.*`, unless `system.*` tells of their
 * subject already.
 */
export function addLiveMetrics(set: MetricSet, { metrics, values, timestampMs }: Reading): void {
  const covered = new Set([...COVERED].flatMap(([subject, prefix]) => (set.has(prefix) ? [subject] : [])));
  for (const [index, metric] of metrics.entries()) {
    const value = values[index] ?? null;
    const mode = CPU_MODES.get(metric.name);
    if (mode !== undefined && value !== null)
      set.add(CPU_UTILIZATION, { 'cpu.mode': mode }, value / 100, timestampMs);
    const conventional = CONVENTIONAL.get(metric.name);
    const { subject, kind, thing, field } = seriesPath(metric);
    if (conventional !== undefined) set.add(conventional, {}, value, timestampMs);
    else if (!covered.has(subject)) {
      const [unit, factor] = UNITS.get(metric.unit) ?? [metric.unit, 1];
      const name = snakeCase(`metrics_panel.${subject}${field === '' ? '' : `.${field}`}`);
      // Division is exact where multiplication by 0.01 is not.
      const scaled = value === null ? null : factor < 1 ? value / Math.round(1 / factor) : value;
      set.add({ name, unit, type: 'gauge' }, attributesOf(kind, thing), scaled, timestampMs);
    }
  }
}

function attributesOf(kind: string | null, thing: string | null): Attributes {
  if (kind === null || thing === null) return {};
  return { [kind === 'container' ? 'container.name' : `metrics_panel.${kind}`]: thing };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
