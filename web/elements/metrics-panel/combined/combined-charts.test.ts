import { render } from 'lit';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { chartsContext } from '../../../testing/charts-context.ts';
import { preferredLanguage } from '../../../locales/languages.ts';
import { newestValue } from '../charts-view.ts';
import type { PlacedSeries } from '../panel-layout.ts';
import { chartsOf, type ChartWishes } from './combined-charts.ts';

const LANGUAGE = preferredLanguage(['en']);
const NONE = { isStacked: false, isMirrored: false, thresholds: null };

function series(name: string, label: string, unit = 'percent', more: Partial<Series> = {}): Series {
  return { name, label, unit, ...more };
}

const HOST = [
  series('cpu.user', 'CPU user', 'percent', { min: 0, max: 100 }),
  series('cpu.system', 'CPU system', 'percent', { min: 0, max: 100 }),
  series('cpu.iowait', 'CPU I/O wait', 'percent', { min: 0, max: 100 }),
  series('memory', 'Memory', 'percent', { min: 0, max: 100 }),
  series('memory.used', 'Memory used', 'bytes'),
  series('cpu.core.0', 'Core 0', 'percent', { min: 0, max: 100, instance: 'Core 0' }),
  series('cpu.core.1', 'Core 1', 'percent', { min: 0, max: 100, instance: 'Core 1' }),
  series('disk.all.read', 'All disks read', 'bytes/s'),
  series('disk.all.write', 'All disks written', 'bytes/s'),
];

function charts(metrics: string, wishes: Partial<ChartWishes> = {}): readonly PlacedSeries[] {
  const grammar = metrics.split(',').map((names) => names.split('+'));
  return chartsOf(HOST, { ...NONE, ...wishes, charts: grammar }, LANGUAGE);
}

function chart(metrics: string, wishes: Partial<ChartWishes> = {}): PlacedSeries {
  const [first] = charts(metrics, wishes);
  if (first === undefined) throw new Error('no chart');
  return first;
}

function textOf({ instead }: PlacedSeries): string {
  const container = document.createElement('div');
  render(instead, container);
  return container.textContent?.replaceAll(/\s+/g, ' ') ?? '';
}

describe('charts of several series', () => {
  it('stand in the order of the page, beside charts of one series', () => {
    const found = charts('memory,cpu.user+cpu.system,cpu.core.*,cpu.user');
    expect(found.map((one) => one.series.name)).toEqual([
      'memory',
      'cpu.user+cpu.system',
      'cpu.core.0',
      'cpu.core.1',
      'cpu.user',
    ]);
  });

  it('have the common words as their title, and shades of a hue for series of one resource', () => {
    const { series: title, combined } = chart('cpu.user+cpu.system+cpu.iowait', { isStacked: true });
    expect(title).toMatchObject({ label: 'CPU', unit: 'percent', min: 0, max: 100, headline: true });
    expect(combined).toMatchObject({ arrangement: 'stacked', headValue: 'sum' });
    expect(combined?.series.map((one) => [one.label, one.column, one.hue, one.shade])).toEqual([
      ['user', 0, 'cpu', 'first'],
      ['system', 1, 'cpu', 'second'],
      ['I/O wait', 2, 'disk', 'first'],
    ]);
  });

  it('show what there is, with colours and sides as if all were', () => {
    const { combined } = chart('cpu.user+cpu.nice+cpu.system+cpu.steal', { isMirrored: true });
    expect(combined?.series.map((one) => [one.name, one.shade, one.isBelow])).toEqual([
      ['cpu.user', 'first', false],
      ['cpu.system', 'third', true],
    ]);
    expect(charts('cpu.nice+cpu.steal')).toEqual([]);
  });

  it('lie on both sides of zero where both are asked for, without the ends of percentages', () => {
    const { series: title, combined } = chart('disk.all.read+disk.all.write', {
      isMirrored: true,
      isStacked: true,
    });
    expect(combined?.arrangement).toBe('mirrored');
    expect(combined?.series.map(({ isBelow }) => isBelow)).toEqual([false, true]);
    expect(title.max).toBeUndefined();
  });

  it('add up to the processors that they are of', () => {
    expect(chart('cpu.core.0+cpu.core.1', { isStacked: true }).series.max).toBe(200);
    expect(chart('cpu.core.0+cpu.core.1').series.max).toBe(100);
  });

  it('name a glob among them, and units that differ, in place of the chart', () => {
    expect(textOf(chart('cpu.core.*+cpu.user'))).toContain('cpu.core.* is no part of a chart');
    const mixed = textOf(chart('memory+memory.used'));
    expect(mixed).toContain('do not fit in one chart');
    expect(mixed).toContain('Memory (percent), Memory used (bytes)');
  });
});

describe('the number of a chart', () => {
  const { context } = chartsContext(HOST, [[8, 2, null, 50, 1, 10, 90, 300, 100]]);

  it('is the first of lines, and the sum where they add up', () => {
    expect(newestValue(chart('cpu.user+cpu.system'), context)).toBe(8);
    expect(newestValue(chart('cpu.user+cpu.system', { isStacked: true }), context)).toBe(10);
    expect(newestValue(chart('disk.all.read+disk.all.write', { isMirrored: true }), context)).toBe(400);
  });

  it('is not known where a part of the sum is not', () => {
    expect(newestValue(chart('cpu.user+cpu.iowait', { isStacked: true }), context)).toBeNull();
  });

  it('is the highest of lines with thresholds', () => {
    expect(newestValue(chart('cpu.core.0+cpu.core.1', { thresholds: '80' }), context)).toBe(90);
  });
});

describe('thresholds', () => {
  const at = (value: number): ReturnType<typeof chartsContext>['context'] =>
    chartsContext(HOST, [[value, 0, 0, 0, 0, 0, 0, 0, 0]]).context;

  it('are trouble, and a warning if there are two, in whatever order', () => {
    const levels = (thresholds: string): unknown =>
      chart('cpu.user', { thresholds }).thresholds?.map(({ value, level, label }) => [value, level, label]);
    expect(levels('20')).toEqual([[20, 'trouble', '20 %']]);
    expect(levels(' 90, 80.5')).toEqual([
      [80.5, 'warning', '80.5 %'],
      [90, 'trouble', '90 %'],
    ]);
  });

  it('say what the newest value passed', () => {
    const { noticeOf } = chart('cpu.user', { thresholds: '80,90' });
    expect(noticeOf?.(at(79.9))).toBeNull();
    expect(noticeOf?.(at(80))).toEqual({ level: 'warning', text: 'over 80 %' });
    expect(noticeOf?.(at(95))).toEqual({ level: 'trouble', text: 'over 90 %' });
    expect(noticeOf?.({ ...at(95), isStale: true })).toBeNull();
  });

  it('hold for the charts in the unit of the first', () => {
    const found = charts('cpu.user+cpu.system,memory,memory.used,cpu.core.*+memory', { thresholds: '20' });
    expect(found.map(({ thresholds }) => thresholds?.length ?? 0)).toEqual([1, 1, 0, 0]);
  });
});
