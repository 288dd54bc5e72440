import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { PanelChoice } from './snippet.ts';

/** A chart of several series that most hosts can show. */
export interface Preset {
  readonly name: 'cpu' | 'memory' | 'network' | 'disk' | 'pressure';
  readonly choice: Pick<PanelChoice, 'metrics' | 'together'>;
}

const PRESETS: readonly Preset[] = [
  {
    name: 'cpu',
    choice: { metrics: ['cpu.user', 'cpu.system', 'cpu.iowait', 'cpu.steal'], together: 'stacked' },
  },
  // Together, they are all of it.
  { name: 'memory', choice: { metrics: ['memory.used', 'memory.available'], together: 'stacked' } },
  {
    name: 'network',
    choice: { metrics: ['network.all.receive', 'network.all.transmit'], together: 'mirrored' },
  },
  { name: 'disk', choice: { metrics: ['disk.all.read', 'disk.all.write'], together: 'mirrored' } },
  {
    name: 'pressure',
    choice: {
      metrics: ['pressure.cpu.some', 'pressure.memory.some', 'pressure.io.some'],
      together: 'lines',
    },
  },
];

/** Those of which a host has at least two series, with the series that it has. */
export function presetsOf(catalogue: readonly MetricDescriptor[]): readonly Preset[] {
  const names = new Set(catalogue.map(({ name }) => name));
  return PRESETS.map(({ name, choice }) => ({
    name,
    choice: { ...choice, metrics: choice.metrics.filter((metric) => names.has(metric)) },
  })).filter(({ choice }) => choice.metrics.length > 1);
}
