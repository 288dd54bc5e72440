import { afterEach, describe, expect, it } from 'vitest';
import { Address, readView, writeView } from './address.ts';

const DEFAULT = { span: 'points', theme: null, open: null, search: '', isWall: false } as const;
const before = location.href;

afterEach(() => history.replaceState(null, '', before));

describe('the address of a view', () => {
  it('is empty for the default, and the default where it tells nothing or nonsense', () => {
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
  ] as const)('%s comes and goes as it is', (query, part) => {
    expect(readView(query)).toEqual({ ...DEFAULT, ...part });
    expect(writeView({ ...DEFAULT, ...part })).toBe(query);
  });

  it('changes in place, and leaves the fragment and the history as they are', () => {
    history.replaceState(null, '', '?window=1m#token=secret');
    const address = new Address();
    const steps = history.length;
    address.change({ theme: 'light' });
    expect(location.search + location.hash).toBe('?window=1m&theme=light#token=secret');
    expect(history.length).toBe(steps);
  });
});
