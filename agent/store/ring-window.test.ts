import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingWindow } from './ring.ts';

function rowsOf(window: RingWindow): (number | null)[][] {
  return Array.from({ length: window.length }, (_, row) => [
    window.timestampAt(row),
    ...Array.from({ length: window.width }, (_column, column) => window.valueAt(column, row)),
  ]);
}

describe('RingWindow', () => {
  it('holds the same as a plain list while growing, dropping the oldest and adding columns', () => {
    const step = fc.oneof(
      fc.constant('push' as const),
      fc.constant('push' as const),
      fc.constant('dropOldest' as const),
      fc.constant('widen' as const),
      fc.constant('forget' as const),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.array(step, { maxLength: 400 }), (capacity, steps) => {
        const window = new RingWindow(capacity, 1);
        let rows: (number | null)[][] = [];
        steps.forEach((what, n) => {
          if (what === 'push') {
            const values = Array.from({ length: window.width }, (_, column) => n + column);
            window.push(n, values);
            rows = [...rows, [n, ...values]].slice(-capacity);
          } else if (what === 'dropOldest') {
            window.dropOldest();
            rows = rows.slice(1);
          } else if (what === 'widen') {
            if (window.width > 4) return;
            window.widen(window.width + 1);
            rows = rows.map((row) => [...row, null]);
          } else {
            window.forgetColumn(0);
            rows = rows.map(([at = null, , ...rest]) => [at, null, ...rest]);
          }
        });
        expect(rowsOf(window)).toEqual(rows);
      }),
    );
  });
});
