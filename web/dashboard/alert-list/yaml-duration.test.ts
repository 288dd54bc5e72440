import { expect, it } from 'vitest';
import { yamlDuration } from './yaml-duration.ts';

it.each([
  [0, '0s'],
  [90_000, '90s'],
  [300_000, '5m'],
  [7_200_000, '2h'],
  [5_400_000, '90m'],
  [86_400_000, '1d'],
])('writes %d ms as %s', (ms, text) => {
  expect(yamlDuration(ms)).toBe(text);
});
