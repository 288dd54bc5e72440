import { describe, expect, it } from 'vitest';
import { chartNamesIn, windowMsOf, wishesOf } from './feed-request.ts';

const SETTINGS = { host: null, tables: null, interval: null, points: 20, window: null };

describe('windowMsOf', () => {
  it.each([
    ['15m', 15 * 60_000],
    ['1.5h', 90 * 60_000],
    ['24h', 86_400_000],
    [' 7d ', 7 * 86_400_000],
    ['1y', 365 * 86_400_000],
    [null, 0],
    ['', 0],
  ])('of %s is %d ms', (window, expected) => {
    expect(windowMsOf(window)).toBe(expected);
  });

  it.each(['24', 'h', '0h', '-1h', '1 h', '24 hours', '1w', '1e3h', 'NaNh', '1H'])(
    'is none for %s',
    (window) => {
      expect(windowMsOf(window)).toBeNaN();
    },
  );
});

describe('the points of a window', () => {
  it.each([
    ['1m', null, undefined, 60],
    ['15m', null, 1000, 900],
    ['1m', 100, undefined, 600],
    // The agent decides.
    ['1m', 100, 1000, 60],
    ['15m', null, 50, 10_000],
    ['1m', null, 60_000, 2],
    // More than live samples hold: from the history.
    ['16m', null, 1000, 20],
    ['1 day', null, 1000, 20],
  ])('of %s at an interval of %s ms, announced as %s, are %d', (window, interval, announcedMs, points) => {
    expect(wishesOf({ ...SETTINGS, window, interval }, [], announcedMs).points).toBe(points);
  });
});

describe('the metrics of a panel', () => {
  const metricsOf = (metrics: string, isMetric?: (name: string) => boolean): readonly string[] =>
    wishesOf(SETTINGS, chartNamesIn(metrics, isMetric)).metrics;

  it('lists each name once, those of charts of several series included, in order', () => {
    expect(metricsOf('cpu.user + cpu.system,memory,cpu.system+cpu.iowait,memory')).toEqual([
      'cpu.user',
      'cpu.system',
      'memory',
      'cpu.iowait',
    ]);
  });

  it('does not follow a glob that is no series of a chart of several, unless there is nothing else', () => {
    expect(metricsOf('cpu.core.*+cpu')).toEqual(['cpu']);
    expect(metricsOf('cpu.core.*+disk.*')).toEqual(['cpu.core.*', 'disk.*']);
    expect(metricsOf('cpu.core.*,cpu')).toEqual(['cpu.core.*', 'cpu']);
  });

  it('keeps a name that has a plus itself', () => {
    const name = 'filesystem.c++.used';
    expect(metricsOf(`${name},cpu+memory`, (one) => one === name)).toEqual([name, 'cpu', 'memory']);
    expect(chartNamesIn(`${name},cpu+memory`, (one) => one === name)).toEqual([[name], ['cpu', 'memory']]);
  });

  it('takes sums that are longer than a name may be', () => {
    const names = Array.from({ length: 40 }, (_, index) => `a.long.name.of.a.metric.${index}`);
    expect(metricsOf(names.join('+'))).toEqual(names);
  });
});
