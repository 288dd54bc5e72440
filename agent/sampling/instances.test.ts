import { describe, expect, it } from 'vitest';
import { cleanLabel, Instances, namePart } from './instances.ts';

const things = () =>
  new Instances((part, label) => [
    {
      name: `thing.${part}`,
      label,
      unit: 'count',
      kind: 'gauge',
      group: 'Things',
      instance: label,
      help: 'Things.',
      source: 'test',
    },
  ]);
const names = (instances: Instances) => instances.metrics.map(({ name }) => name);

describe('things that come and go', () => {
  it('have their metrics in the given order', () => {
    const instances = things();
    expect(instances.metrics).toEqual([]);
    expect(instances.update(['sdb', 'sda'])).toBe(true);
    expect(names(instances)).toEqual(['thing.sdb', 'thing.sda']);
  });

  it('keep the array while unchanged', () => {
    const instances = things();
    expect(instances.update([])).toBe(false);
    instances.update(['a', 'b']);
    const { metrics } = instances;
    expect(instances.update(['a', 'b'])).toBe(false);
    expect(instances.metrics).toBe(metrics);
    expect(instances.update(['b', 'a'])).toBe(true);
    expect(instances.metrics).not.toBe(metrics);
  });

  it('are distinguished from none, and from others whose concatenated labels are equal', () => {
    const instances = things();
    expect(instances.update([''])).toBe(true);
    expect(instances.metrics).toHaveLength(1);
    expect(instances.update(['a\0b'])).toBe(true);
    expect(instances.update(['a', 'b'])).toBe(true);
    expect(instances.metrics).toHaveLength(2);
  });

  it('have different names if their labels yield the same part', () => {
    const instances = things();
    instances.update(['/var/lib', '/var-lib', 'var lib']);
    expect(names(instances)).toEqual(['thing.var-lib', 'thing.var-lib~2', 'thing.var-lib~3']);
  });

  it('have different names also with equal labels', () => {
    const instances = things();
    instances.update(['fan', 'fan']);
    expect(names(instances)).toEqual(['thing.fan', 'thing.fan~2']);
    instances.update(['cpu', 'fan', 'fan', 'fan']);
    expect(names(instances)).toEqual(['thing.cpu', 'thing.fan', 'thing.fan~2', 'thing.fan~3']);
  });

  it('have distinct display names also with equal labels', () => {
    const instances = things();
    const labels = () => instances.metrics.map(({ instance }) => instance);
    instances.update(['fan', 'fan\u200B', 'fan (2)']);
    expect(labels()).toEqual(['fan', 'fan (2)', 'fan (2) (2)']);
    instances.update(['fan\u200B', 'fan (2)']);
    expect(labels()).toEqual(['fan (2)', 'fan (2) (2)']);
  });

  it('keep their names by key if their labels change', () => {
    const instances = things();
    instances.update(['nvme', 'fan'], ['0', '1']);
    expect(instances.update(['nvme0', 'nvme1', 'fan'], ['0', '2', '1'])).toBe(true);
    expect(names(instances)).toEqual(['thing.nvme', 'thing.nvme1', 'thing.fan']);
    expect(instances.metrics.map(({ instance }) => instance)).toEqual(['nvme0', 'nvme1', 'fan']);
    expect(instances.update(['nvme0', 'nvme1', 'fan'], ['0', '2', '1'])).toBe(false);
    expect(instances.update(['nvme0', 'nvme1', 'fan'], ['0', '1', '2'])).toBe(true);
    expect(names(instances)).toEqual(['thing.nvme', 'thing.fan', 'thing.nvme1']);
  });

  it('keep their names while present, whatever else comes or goes', () => {
    const instances = things();
    instances.update(['/var/lib', '/var-lib']);
    instances.update(['/var-lib']);
    expect(names(instances)).toEqual(['thing.var-lib~2']);
    instances.update(['/var lib', '/var-lib']);
    expect(names(instances)).toEqual(['thing.var-lib', 'thing.var-lib~2']);
  });
});

describe('a part of a name', () => {
  it.each([
    ['eth0', 'eth0'],
    ['eth0.100', 'eth0-100'],
    ['wg0@if2:1', 'wg0@if2:1'],
    ['/var/lib/', 'var-lib'],
    ['/', 'root'],
    ['', 'unnamed'],
    ['***', 'unnamed'],
    ['数据', 'unnamed'],
    ['x'.repeat(100), 'x'.repeat(64)],
  ])('of %j is %j: no dot, no space and no star', (label, part) => {
    expect(namePart(label)).toBe(part);
  });
});

describe('a display label', () => {
  it.each([
    ['eth0', 'eth0'],
    ['  My disk \n', 'My disk'],
    ['a\u202Eb\u2066c\u200Bd', 'abcd'],
    ['a\u0000\u001B[31mb\u2028c', 'a[31mbc'],
    ['a\uD800bc', 'abc'],
    // It stands for bytes that are not text: `cass` is a different name.
    ['cass\uFFFD', 'cass\uFFFD'],
    ['数据 😀', '数据 😀'],
  ])('of %j is %j', (text, label) => {
    expect(cleanLabel(text)).toBe(label);
  });

  it('has at most 253 characters, and does not end in half of one', () => {
    expect(cleanLabel('a'.repeat(300))).toBe('a'.repeat(253));
    expect(cleanLabel(`${'a'.repeat(252)}😀`)).toBe('a'.repeat(252));
  });
});
