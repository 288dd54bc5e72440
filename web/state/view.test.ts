import { afterEach, describe, expect, it } from 'vitest';
import { AddressView, pointsIn, readView, writeView } from './view.ts';

const DEFAULT = { span: 'points', theme: null, open: null, search: '', isWall: false } as const;
const before = location.href;

afterEach(() => history.replaceState(null, '', before));

describe('the address of a view', () => {
  it('has no query for the default view, and unknown or wrong parameters give the default', () => {
    expect(writeView(DEFAULT)).toBe('');
    for (const query of ['', '?window=7h&theme=pink&unknown=1']) expect(readView(query)).toEqual(DEFAULT);
  });

  it.each([
    ['?window=5m', { span: '5m' }],
    ['?theme=dark', { theme: 'dark' }],
    ['?open=CPU,Disk%20%26%20files', { open: ['CPU', 'Disk & files'] }],
    ['?open=', { open: [] }],
    ['?search=eth0%20rx', { search: 'eth0 rx' }],
    ['?wall', { isWall: true }],
  ] as const)('%s is read and written unchanged', (query, part) => {
    expect(readView(query)).toEqual({ ...DEFAULT, ...part });
    expect(writeView({ ...DEFAULT, ...part })).toBe(query);
  });

  it('changes in place and leaves the fragment and the history alone', () => {
    history.replaceState(null, '', '?window=1m#token=secret');
    const view = new AddressView();
    const steps = history.length;
    view.change({ theme: 'light' });
    expect(location.search + location.hash).toBe('?window=1m&theme=light#token=secret');
    expect(history.length).toBe(steps);
  });
});

describe('pointsIn', () => {
  it('counts the samples in a span, at least two, and 20 without a span', () => {
    expect([pointsIn('points', 250), pointsIn('1m', 250), pointsIn('5m', 250)]).toEqual([20, 240, 1200]);
    expect(pointsIn('15m')).toBe(900);
    expect([pointsIn('1m', 10_000), pointsIn('1m', 60_000)]).toEqual([6, 2]);
  });

  it('never exceeds what the agent keeps', () => {
    expect(pointsIn('15m', 250, 2000)).toBe(2000);
  });
});
