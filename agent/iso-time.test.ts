import { expect, it } from 'vitest';
import { parseIsoTime } from './iso-time.ts';

it.each([
  ['2026-11-30', 1_795_996_800_000],
  ['2026-11-30T01:00:00Z', 1_796_000_400_000],
  ['2028-02-29T00:00:00+01:00', 1_835_391_600_000],
  ['2026-02-31', Number.NaN],
  ['2026-02-29T10:00:00Z', Number.NaN],
  ['2026-13-01', Number.NaN],
  ['30 Nov 2026', Number.NaN],
  ['2026', Number.NaN],
])('%s is %d', (text, ms) => {
  expect(parseIsoTime(text)).toBe(ms);
});
