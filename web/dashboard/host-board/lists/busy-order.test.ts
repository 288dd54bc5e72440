import { describe, expect, it } from 'vitest';
import type { Row } from '../board-lists.ts';
import { BusyOrder } from './busy-order.ts';

const ROWS: readonly Row[] = ['a', 'b', 'c', 'd'].map((part) => ({
  part,
  name: part,
  metric: `disk.${part}.read`,
  metrics: new Map(),
}));

function orderOf(
  order: BusyOrder,
  nowMs: number,
  weights: Readonly<Record<string, number>>,
  { most = 2, rows = ROWS }: { most?: number; rows?: readonly Row[] } = {},
): string {
  return order
    .of(rows, most, nowMs, ({ part }) => weights[part] ?? 0)
    .map(({ part }) => part)
    .join('');
}

describe('the order of a list that is too long', () => {
  it("keeps the agent's order where all fit", () => {
    expect(orderOf(new BusyOrder(), 0, { d: 9 }, { most: 4 })).toBe('abcd');
  });

  it('puts the busiest first, and stays so for a while whatever happens', () => {
    const order = new BusyOrder();
    expect(orderOf(order, 0, { b: 5, d: 9 })).toBe('dbac');
    expect(orderOf(order, 29_000, { a: 99 })).toBe('dbac');
    expect(orderOf(order, 30_000, { a: 99 })).toBe('abcd');
  });

  it('lets trouble in at once', () => {
    const order = new BusyOrder();
    orderOf(order, 0, { b: 5, d: 9 });
    expect(orderOf(order, 1000, { b: 5, d: 9, c: Infinity })).toBe('cdba');
  });

  it('takes up what has come, and forgets what has gone', () => {
    const order = new BusyOrder();
    expect(orderOf(order, 0, { b: 5, d: 9 }, { rows: ROWS.slice(0, 3) })).toBe('bac');
    expect(orderOf(order, 1000, { b: 5, d: 9 })).toBe('dbac');
    expect(orderOf(order, 2000, {}, { rows: ROWS.slice(1) })).toBe('dbc');
  });
});
