import { expect, it } from 'vitest';
import { everyMetric } from '../sampling/every-metric.ts';
import { seriesPath } from './series-path.ts';

it('finds the thing in the name of every metric that has one, and in no other', () => {
  const metrics = everyMetric('', 'THING', 'Thing', ['THING']);
  expect(metrics.length).toBeGreaterThan(80);
  for (const metric of metrics) {
    const { thing, kind, subject, field } = seriesPath(metric);
    expect(thing, metric.name).toBe(metric.name.includes('THING') ? 'THING' : null);
    expect(kind === null, metric.name).toBe(thing === null);
    const parts = [subject, ...(thing === null ? [] : [thing]), ...(field === '' ? [] : [field])];
    expect(parts.join('.')).toBe(metric.name);
  }
});

it('takes totals and unknown kinds for the whole', () => {
  expect(seriesPath({ name: 'network.all.receive' })).toEqual({
    subject: 'network',
    kind: null,
    thing: null,
    field: 'all.receive',
  });
  expect(seriesPath({ name: 'later.x.y', instance: 'X' })).toMatchObject({ kind: null, field: 'x.y' });
});
