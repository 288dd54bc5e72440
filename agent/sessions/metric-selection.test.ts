import { expect, it } from 'vitest';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { metric } from '../testing/fake-collector.ts';
import { requireMetrics } from './metric-selection.ts';

it('a repeated pattern is matched once, also if repeated with more stars', () => {
  let looks = 0;
  const watched = new Proxy(metric('cpu'), {
    get: (target, key: keyof MetricDescriptor) => {
      looks += key === 'name' ? 1 : 0;
      return target[key];
    },
  });
  const patterns = Array.from({ length: 64 }, (_, index) => '*'.repeat(index + 1));
  expect(requireMetrics(patterns, [watched])).toEqual([watched]);
  expect(looks).toBeLessThan(10);
});

it('the error for a pattern without a match quotes it as written', () => {
  expect(() => requireMetrics(['*', 'x**'], [metric('cpu')])).toThrow('No metric matches x**');
});
