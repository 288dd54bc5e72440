import { expect, it } from 'vitest';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { SampleStore } from '../store/sample-store.ts';
import { metric } from '../testing/fake-collector.ts';
import { MetricSelection, requireMetrics } from './metric-selection.ts';

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

it('equal lists of many clients are kept as one, and few of them', () => {
  const selection = new MetricSelection({ store: {} as SampleStore, catalogue: [] });
  const list = selection.shared(['cpu', 'memory']);
  expect(selection.shared(['cpu', 'memory'])).toBe(list);
  expect(selection.shared(['memory', 'cpu'])).not.toBe(list);
  for (let other = 0; other < 200; other += 1) selection.shared([`cpu.${other}`]);
  expect(selection.shared(['cpu', 'memory'])).not.toBe(list);
});
