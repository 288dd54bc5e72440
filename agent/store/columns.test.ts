import { describe, expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import { Columns } from './columns.ts';

const KEPT = 100;
const catalogue = (...names: string[]) => names.map((name) => metric(name));

describe('the columns of the ring', () => {
  it('are assigned in order, and stay with a metric wherever it moves in the catalogue', () => {
    const columns = new Columns(KEPT);
    expect(columns.assign(catalogue('a', 'b'), 0)).toEqual({ columns: [0, 1], reused: [] });
    expect(columns.assign(catalogue('c', 'b', 'a'), 1)).toEqual({ columns: [2, 1, 0], reused: [] });
    expect(columns.width).toBe(3);
  });

  it('of a vanished metric are reused only once its past is forgotten', () => {
    const columns = new Columns(KEPT);
    columns.assign(catalogue('a', 'b'), 0);
    columns.assign(catalogue('b'), 10);
    expect(columns.vanishedAmong(['a', 'b', 'c'])).toEqual([metric('a')]);
    expect(columns.assign(catalogue('b', 'c'), 10 + KEPT - 1)).toEqual({ columns: [1, 2], reused: [] });
    expect(columns.assign(catalogue('b', 'c', 'd'), 10 + KEPT)).toEqual({ columns: [1, 2, 0], reused: [0] });
    expect(columns.of('a')).toBeUndefined();
  });

  it('leave a vanished metric known by name after reuse, until it reappears', () => {
    const columns = new Columns(KEPT);
    columns.assign(catalogue('a'), 0);
    columns.assign(catalogue('b'), 1);
    columns.assign(catalogue('b', 'c'), 1 + KEPT);
    expect(columns.vanishedAmong(['a', 'b', 'c'])).toEqual([metric('a')]);
    columns.assign(catalogue('b', 'c', 'a'), 2 + KEPT);
    expect(columns.vanishedAmong(['a', 'b', 'c'])).toEqual([]);
  });

  it('go to metrics of the whole host first if there are too few', () => {
    const columns = new Columns(KEPT);
    const cores = Array.from({ length: 5000 }, (_, index) => ({
      ...metric(`cpu.core.${index}`),
      instance: `Core ${index}`,
    }));
    const { columns: order } = columns.assign([metric('cpu'), ...cores, metric('memory')], 0);
    expect([order[0], order.at(-1)]).toEqual([0, 1]);
    expect(order.filter((column) => column < 0)).toHaveLength(906);
  });

  it('do not grow in number as metrics keep coming and going', () => {
    const columns = new Columns(KEPT);
    for (let index = 0; index < 10_000; index += 1)
      columns.assign(catalogue('cpu', `container-${index}`), index);
    expect(columns.width).toBeLessThanOrEqual(KEPT + 3);
  });

  it('are limited to 4096: metrics that vanished longest ago make room, then the newest are not kept', () => {
    const columns = new Columns(KEPT);
    const many = Array.from({ length: 4096 }, (_, index) => `m${index}`);
    columns.assign(catalogue(...many), 0);
    const { columns: order } = columns.assign(catalogue(...many, 'new'), 1);
    expect(order.at(-1)).toBe(-1);
    expect(columns.assign(catalogue(...many.slice(1), 'new'), 2).columns.at(-1)).toBe(0);
  });
});
