import { describe, expect, it } from 'vitest';
import { MOST_ON_WALL, wallGridOf } from './wall-grid.ts';

describe('the cards of a wall', () => {
  it('are four by two on a wide screen, and two by four on an upright one', () => {
    expect(wallGridOf(8, false)).toEqual({ rows: 2, tracks: 4, spans: [1, 1, 1, 1, 1, 1, 1, 1] });
    expect(wallGridOf(8, true)).toEqual({ rows: 4, tracks: 2, spans: [1, 1, 1, 1, 1, 1, 1, 1] });
  });

  it('fill every row, whatever their number', () => {
    for (const isPortrait of [false, true])
      for (let count = 1; count <= MOST_ON_WALL; count += 1) {
        const { rows, tracks, spans } = wallGridOf(count, isPortrait);
        let end = 0;
        for (const span of spans) {
          expect(Number.isInteger(span)).toBe(true);
          // No card is broken over two rows.
          expect(Math.floor(end / tracks)).toBe(Math.floor((end + span - 1) / tracks));
          end += span;
        }
        expect(end).toBe(rows * tracks);
      }
  });
});
