import { describe, expect, it } from 'vitest';
import type { HostSummary } from '../../shared/protocol/messages.ts';
import { checkSummary } from './check-summary.ts';

const SUMMARY: HostSummary = {
  id: 'web-1',
  label: 'web-1',
  status: { state: 'up', sinceMs: 1 },
  epoch: '0123456789abcdef0123456789abcdef',
  intervalMs: 1000,
  minIntervalMs: 100,
  bootedAtMs: 1,
  ts: 2,
  cpu: 3,
  memory: 4,
  disk: { name: '/', percent: 5 },
  network: { receive: 6, send: 7 },
  pressure: { name: 'io', percent: 8 },
  alerts: {
    warning: 0,
    trouble: 1,
    worst: { title: 'Full', metric: 'disk', severity: 'trouble', sinceMs: 1 },
  },
};
/** Turns the text after it around. */
const BIDI = '\u202e';

describe('the summary that another agent gives', () => {
  it('is taken as it is, if it is one', () => {
    expect(checkSummary(SUMMARY)).toEqual(SUMMARY);
  });

  it.each([
    ['no name', { id: '' }, 'has a name that no host can have'],
    ['a name that turns text around', { id: `web${BIDI}1` }, 'has a name that no host can have'],
    ['a name without end', { id: 'x'.repeat(300) }, 'has a name that no host can have'],
    ['a run without end', { epoch: 'x'.repeat(65) }, 'says that its run is one that no agent can have'],
    ['no grid', { minIntervalMs: 0 }, 'says that it measures every 1000 ms on a grid of 0 ms'],
    [
      'a grid that fits no interval',
      { minIntervalMs: 300 },
      'says that it measures every 1000 ms on a grid of 300 ms',
    ],
    ['a grid between milliseconds', { minIntervalMs: 200.5, intervalMs: 401 }, 'on a grid of 200.5 ms'],
    ['a grid finer than any agent', { minIntervalMs: 1 }, 'on a grid of 1 ms'],
    ['an interval of nothing', { intervalMs: 0 }, 'every 0 ms'],
    ['an interval that goes back', { intervalMs: -1000 }, 'every -1000 ms'],
    ['an interval longer than any', { intervalMs: 1e9 }, 'every 1000000000 ms'],
    ['an interval that is no number', { intervalMs: Number.POSITIVE_INFINITY }, 'every Infinity ms'],
  ])('is refused with %s', (_what, wrong, reason) => {
    expect(checkSummary({ ...SUMMARY, ...wrong })).toContain(reason);
  });

  it('has no time that no page can write', () => {
    const checked = checkSummary({
      ...SUMMARY,
      status: { state: 'down', sinceMs: 9e15 },
      bootedAtMs: -9e15,
      ts: 9e15,
    });
    expect(checked).toMatchObject({ status: { sinceMs: null }, bootedAtMs: null, ts: null });
  });

  it('loses what would act where it is shown, and what no page knows', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 99 }, (_, index) => [`${BIDI}k${index}`, `${BIDI}v`]),
    );
    const checked = checkSummary({
      ...SUMMARY,
      label: `${BIDI}\n`,
      labels,
      via: 'someone',
      status: { state: 'on fire', sinceMs: null, reason: `${BIDI}why` },
      disk: { name: `${BIDI}/`, percent: 5 },
    });
    expect(checked).toMatchObject({
      label: 'web-1',
      status: { state: 'unknown', sinceMs: null, reason: 'why' },
      disk: { name: '/' },
    });
    expect(checked).not.toHaveProperty('via');
    expect(JSON.stringify(checked)).not.toContain(BIDI);
    expect(Object.keys((checked as HostSummary).labels ?? {})).toHaveLength(16);
  });
});
