import { expect, it } from 'vitest';
import { presetsOf } from './presets.ts';

const catalogueOf = (...names: string[]): Parameters<typeof presetsOf>[0] =>
  names.map((name) => ({
    name,
    label: name,
    unit: 'percent',
    kind: 'gauge',
    group: '',
    help: '',
    source: '',
  }));

it('ready-made charts are offered for what a host has, with the series that it has', () => {
  const catalogue = catalogueOf('cpu.user', 'cpu.system', 'memory.used', 'disk.all.write', 'disk.all.read');
  expect(presetsOf(catalogue)).toEqual([
    { name: 'cpu', choice: { metrics: ['cpu.user', 'cpu.system'], together: 'stacked' } },
    { name: 'disk', choice: { metrics: ['disk.all.read', 'disk.all.write'], together: 'mirrored' } },
  ]);
});
