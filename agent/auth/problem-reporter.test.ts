import { afterEach, expect, it, vi } from 'vitest';
import { ProblemReporter } from './problem-reporter.ts';

afterEach(() => vi.restoreAllMocks());

it('a problem is reported once while it lasts, and once when it is resolved', () => {
  const reported: string[] = [];
  const reporter = new ProblemReporter(
    (sentence, isResolved) => reported.push(`${isResolved} ${sentence}`),
    'well',
  );
  for (let i = 0; i < 100; i += 1) reporter.update(['a', 'b']);
  reporter.update([]);
  reporter.update([]);
  expect(reported).toEqual(['false a', 'false b', 'true well']);
});

it('a problem that comes and goes is reported at most once a minute', () => {
  const reported: string[] = [];
  const reporter = new ProblemReporter((sentence) => reported.push(sentence), 'well');
  const now = vi.spyOn(performance, 'now');
  for (let s = 0; s < 600; s += 1) {
    now.mockReturnValue(s * 1000);
    reporter.update(s % 2 === 0 ? ['a'] : []);
  }
  expect(reported).toEqual(['a', 'well']);
  now.mockReturnValue(700_000);
  reporter.update(['a']);
  expect(reported).toEqual(['a', 'well', 'a']);
});

it('of hundreds of problems the first ten are reported, once each', () => {
  const reported: string[] = [];
  const reporter = new ProblemReporter((sentence) => reported.push(sentence), 'well');
  const damaged = Array.from({ length: 500 }, (_, i) => `token-${i}.json is damaged`);
  for (let i = 0; i < 10; i += 1) reporter.update(damaged);
  expect(reported).toEqual(damaged.slice(0, 10));
  reporter.update(['signing-key is missing', ...damaged]);
  expect(reported.slice(10)).toEqual(['signing-key is missing']);
  reporter.update([]);
  expect(reported.slice(11)).toEqual(['well']);
});

it('at most a hundred different problems are reported within a minute', () => {
  const reported: string[] = [];
  const reporter = new ProblemReporter((sentence) => reported.push(sentence), 'well');
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  for (let round = 0; round < 3; round += 1)
    for (let i = 0; i < 1000; i += 1) reporter.reportOnce(`missing ${i}`);
  expect(reported).toHaveLength(100);
  now.mockReturnValue(60_000);
  expect([reporter.reportOnce('missing 999'), reporter.reportOnce('missing 999')]).toEqual([true, false]);
});
