import { expect, it } from 'vitest';
import { gridUnitMs } from './grid.ts';

it.each([
  [1000, 100],
  [250, 125],
  [100, 100],
  [1234, 617],
  [1009, 1009],
  [60_000, 100],
  [150, 150],
])('the grid of an interval of %i ms counts in units of %i ms', (intervalMs, unitMs) => {
  expect(gridUnitMs(intervalMs)).toBe(unitMs);
});
