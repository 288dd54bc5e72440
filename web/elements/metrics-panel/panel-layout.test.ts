import { describe, expect, it } from 'vitest';
import type { Series } from '../../../shared/protocol/messages.ts';
import { en } from '../../locales/en.ts';
import { panelLayoutMemo, panelLayoutOf, type PlacedSeries, type Table } from './panel-layout.ts';
import { sectionsOf } from './sections/sections-layout.ts';

function series(name: string, group?: string, instance?: string): Series {
  return {
    name,
    label: name,
    unit: 'percent',
    ...(group === undefined ? {} : { group }),
    ...(instance === undefined ? {} : { instance }),
  };
}

const HOST = [
  series('cpu', 'CPU'),
  series('memory', 'Memory'),
  series('cpu.user', 'CPU'),
  series('cpu.core.0', 'CPU', 'Core 0'),
  series('cpu.core.1', 'CPU', 'Core 1'),
  series('cpu.core.0.user', 'CPU', 'Core 0'),
  series('memory.used', 'Memory'),
  series('network.eth0.receive', 'Network', 'eth0'),
];
const PROCESSES: Table = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [],
  help: '',
  source: 'test',
};

function namesOf(placed: readonly PlacedSeries[]): string[] {
  return placed.map((one) => one.series.name);
}

describe('panelLayoutOf', () => {
  it('takes names without a dot as headlines, and groups the rest by subject in order of appearance', () => {
    const { headlines, details, sections } = panelLayoutOf(HOST, [], sectionsOf);
    expect(namesOf(headlines)).toEqual(['cpu', 'memory']);
    expect(namesOf(details)).toEqual(HOST.slice(2).map(({ name }) => name));
    expect(sections.map(({ title, chartCount }) => [title, chartCount])).toEqual([
      ['CPU', 4],
      ['Memory', 1],
      ['Network', 1],
    ]);
  });

  it('puts the whole before its instances, and keeps each instance together', () => {
    const [cpu] = panelLayoutOf(HOST, [], sectionsOf).sections;
    expect(namesOf(cpu?.whole ?? [])).toEqual(['cpu.user']);
    expect([...(cpu?.instances ?? [])].map(([title, members]) => [title, namesOf(members)])).toEqual([
      ['Core 0', ['cpu.core.0', 'cpu.core.0.user']],
      ['Core 1', ['cpu.core.1']],
    ]);
  });

  it('keeps the column of each series', () => {
    for (const { series: one, column } of panelLayoutOf(HOST, []).details) expect(HOST[column]).toBe(one);
  });

  it('gives each resource one hue, by the name of the metric alone, and none to what belongs to none', () => {
    const huesOf = (...names: string[]): (string | undefined)[] =>
      panelLayoutOf(
        names.map((name) => series(name)),
        [],
      ).details.map(({ hue }) => hue);
    expect(huesOf('cpu.core.1', 'pressure.cpu.some', 'limit.cpu', 'container.web.cpu')).toEqual(
      Array.from({ length: 4 }, () => 'cpu'),
    );
    expect(huesOf('memory.used', 'pressure.memory.full', 'container.web.memory')).toEqual(
      Array.from({ length: 3 }, () => 'memory'),
    );
    expect(huesOf('cpu.iowait', 'cpu.core.1.iowait', 'pressure.io.some', 'disk.all.read')).toEqual(
      Array.from({ length: 4 }, () => 'disk'),
    );
    expect(huesOf('network.eth0.receive', 'tcp.connections')).toEqual(['network', 'network']);
    expect(huesOf('load.5', 'filesystem.root.used', 'shop.orders')).toEqual([
      'neutral',
      'neutral',
      'neutral',
    ]);
  });

  it('chooses the digest: the whole, then the first of each instance', () => {
    expect(namesOf(panelLayoutOf(HOST, [], sectionsOf).sections[0]?.digest ?? [])).toEqual([
      'cpu.user',
      'cpu.core.0',
      'cpu.core.1',
    ]);
  });

  it('puts a table into its subject, even if that has nothing else', () => {
    const withProcesses = panelLayoutOf(
      [series('process.count', 'Processes')],
      [PROCESSES],
      sectionsOf,
    ).sections;
    expect(withProcesses.map(({ title, tables }) => [title, tables.length])).toEqual([['Processes', 1]]);
    expect(panelLayoutOf([], [PROCESSES], sectionsOf).sections.map(({ title }) => title)).toEqual([
      'Processes',
    ]);
  });

  it('takes the first part of the name as the subject for older agents', () => {
    const older = panelLayoutOf(
      [series('memory'), series('memory.used'), series('memory.free')],
      [],
      sectionsOf,
    );
    expect(older.sections.map(({ title, chartCount }) => [title, chartCount])).toEqual([['memory', 2]]);
  });
});

it('panelLayoutMemo repeats its work only for other arguments', () => {
  const panelLayout = panelLayoutMemo();
  const tables: Table[] = [];
  const first = panelLayout(HOST, tables, en);
  expect(panelLayout(HOST, tables, en)).toBe(first);
  expect(panelLayout(HOST, tables, { ...en })).not.toBe(first);
  expect(panelLayout(HOST, tables, en).sections).toEqual([]);
  expect(panelLayout(HOST, tables, en, sectionsOf).sections).toHaveLength(3);
  expect(panelLayout([...HOST], tables, en)).not.toBe(panelLayout(HOST, tables, en));
});
