import { afterEach, describe, expect, it } from 'vitest';
import type { Collector } from './collector.ts';
import { THIS_HOST } from './kernel/roots.ts';
import { unknownMetric, unknownTable } from './known-names.ts';
import { createCollectors } from './sources.ts';

let collectors: Collector[] = [];
afterEach(() => {
  for (const collector of collectors) collector.close?.();
  collectors = [];
});

describe('names and globs of metrics', () => {
  it.each([
    'cpu',
    'cpu*',
    '*',
    '**',
    '*.used',
    '*memory*',
    'cpu.core.7',
    'cpu.core.*.steal',
    'network.eth0.receive',
    'network.br-1234.*',
    'filesystem.mnt-a+b@c:d~2.used',
    'temperature.coretemp-core-0',
    'limit.*',
    'agent.collector.cpu.duration',
    'c*u',
  ])('%s can match something, now or later', (pattern) => {
    expect(unknownMetric(pattern)).toBeNull();
  });

  it.each([
    ['cpuu', 'did you mean cpu?'],
    ['CPU', 'did you mean cpu?'],
    ['cpuu*', 'did you mean cpu*?'],
    ['memroy', 'did you mean memory?'],
    ['memory.usd', 'did you mean memory.used?'],
    ['nework.eth0.receive', 'did you mean network.eth0.receive?'],
    ['network.eth0.recieve', 'did you mean network.eth0.receive?'],
    ['filesystems.root.used', 'did you mean filesystem.root.used?'],
    ['mem', 'did you mean memory?'],
    // One minute is not fifteen.
    ['load.1m', 'did you mean load?'],
    ['load.1', 'did you mean load?'],
    ['load.5m', 'did you mean load.5?'],
    ['load.15m', 'did you mean load.15?'],
    ['load15', 'did you mean load.15?'],
    ['cpu1', 'did you mean cpu?'],
    ['*.nothing.at.all', 'such as cpu, memory.used'],
    ['cpu.core.0.usr', 'did you mean cpu.core.0.user?'],
    ['temperature.a.b', 'docs/metrics.md'],
    ['gpu.0.load', 'such as cpu, memory.used'],
    ['cpu.core', 'docs/metrics.md'],
    ['', 'docs/metrics.md'],
    ['.'.repeat(256), 'docs/metrics.md'],
  ])('%s can never match: %s', (pattern, words) => {
    expect(unknownMetric(pattern)).toContain(words);
  });

  it.each(['linux', 'systeminformation'] as const)(
    'every metric of this host from %s is known',
    { timeout: 60_000 },
    async (source) => {
      const settings = { source, roots: THIS_HOST, processArguments: true };
      collectors = createCollectors(settings, { warn: () => {} });
      await Promise.all(collectors.map((each) => Promise.resolve(each.prime?.(performance.now()))));
      await Promise.all(collectors.map((each) => Promise.resolve(each.read(performance.now()))));
      const names = collectors.flatMap(({ metrics }) => metrics).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(10);
      expect(names.filter((name) => unknownMetric(name) !== null)).toEqual([]);
      const tables = collectors.flatMap(({ table }) => table?.name ?? []);
      expect(tables.filter((name) => unknownTable(name) !== null)).toEqual([]);
    },
  );
});

describe('names and globs of tables', () => {
  it('are those of the existing tables', () => {
    expect([unknownTable('processes'), unknownTable('*'), unknownTable('proc*')]).toEqual([null, null, null]);
    expect(unknownTable('process')).toBe('no table is called process: there is processes');
  });
});
