import { afterEach, describe, expect, it } from 'vitest';
import { AddressView, readView, writeView } from './view.ts';

const DEFAULT = {
  page: 'start',
  host: null,
  compare: [],
  metric: null,
  filter: '',
  span: null,
  range: null,
  momentMs: null,
  theme: null,
  open: null,
  search: '',
  isWall: false,
} as const;
const RANGE = { fromMs: Date.UTC(2026, 10, 26, 14, 20), toMs: Date.UTC(2026, 10, 26, 15, 5) };
const before = location.href;

afterEach(() => history.replaceState(null, '', before));

describe('the address of a view', () => {
  it('has no query for the default view, and unknown or wrong parameters give the default', () => {
    expect(writeView(DEFAULT)).toBe('');
    for (const query of [
      '',
      '?window=7h&theme=pink&unknown=1',
      '?from=yesterday&to=now',
      '?from=2000&to=1000',
      '?at=-1',
    ])
      expect(readView(query)).toEqual(DEFAULT);
  });

  it.each([
    ['?window=5m', { span: '5m' }],
    ['?window=24h', { span: '24h' }],
    ['?window=30d&from=2026-11-26T14:20:00Z&to=2026-11-26T15:05:00Z', { span: '30d', range: RANGE }],
    [
      '?from=2026-11-26T14:20:00Z&to=2026-11-26T15:05:00Z&at=2026-11-26T14:51:07.250Z',
      { range: RANGE, momentMs: Date.UTC(2026, 10, 26, 14, 51, 7, 250) },
    ],
    ['?theme=dark', { theme: 'dark' }],
    ['?open=CPU,Disk%20%26%20files', { open: ['CPU', 'Disk & files'] }],
    ['?open=', { open: [] }],
    ['?search=eth0%20rx', { search: 'eth0 rx' }],
    ['?wall', { isWall: true }],
    ['?hosts', { page: 'hosts' }],
    ['?hosts&label=env%3Dprod&sort=cpu', { page: 'hosts', filter: 'label=env%3Dprod&sort=cpu' }],
    ['?host=web%201%2Fa', { page: 'host', host: 'web 1/a' }],
    ['?host=web-1&window=5m', { page: 'host', host: 'web-1', span: '5m' }],
    ['?compare=web-1,db%201', { page: 'compare', compare: ['web-1', 'db 1'] }],
    [
      '?compare=web-1,db-1&metric=disk.sda.read',
      { page: 'compare', compare: ['web-1', 'db-1'], metric: 'disk.sda.read' },
    ],
  ] as const)('%s is read and written unchanged', (query, part) => {
    expect(readView(query)).toEqual({ ...DEFAULT, ...part });
    expect(writeView({ ...DEFAULT, ...part })).toBe(query);
  });

  it('names times as Unix ms or ISO 8601, with any zone or the reader’s own', () => {
    for (const [from, to] of [
      [String(RANGE.fromMs), String(RANGE.toMs)],
      ['2026-11-26T15:20+01:00', '2026-11-26T16:05%2B01:00'],
      [localText(RANGE.fromMs), localText(RANGE.toMs)],
    ])
      expect(readView(`?from=${from}&to=${to}`).range, from).toEqual(RANGE);
  });

  it('changes in place and leaves the fragment and the history alone', () => {
    history.replaceState(null, '', '?window=1m#token=secret');
    const view = new AddressView();
    const steps = history.length;
    view.change({ theme: 'light' });
    expect(location.search + location.hash).toBe('?window=1m&theme=light#token=secret');
    expect(history.length).toBe(steps);
  });

  it('steps back through ranges with the browser’s Back, and keeps what else was changed meanwhile', async () => {
    history.replaceState(null, '', '?window=24h');
    const view = new AddressView();
    const stop = view.start();
    expect(view.back()).toBe(false);
    view.step({ range: RANGE });
    view.step({ range: { fromMs: RANGE.fromMs, toMs: RANGE.fromMs + 60_000 } });
    view.change({ theme: 'dark' });
    history.back();
    await expect.poll(() => view.value.range).toEqual(RANGE);
    expect(location.search).toBe(`?window=24h&from=2026-11-26T14:20:00Z&to=2026-11-26T15:05:00Z&theme=dark`);
    // Pressed twice at once: the second one must not leave the page.
    expect([view.back(), view.back()]).toEqual([true, true]);
    await expect.poll(() => view.value.range).toBeNull();
    expect(location.search).toBe('?window=24h&theme=dark');
    expect(view.back()).toBe(false);
    stop();
  });
});

describe('the pages of a view', () => {
  it('shows what the agent suggests where the address names no page, and says so in the address for many hosts', () => {
    history.replaceState(null, '', '?window=1m');
    const one = new AddressView();
    one.arrive('host');
    expect([one.value.page, location.search]).toEqual(['host', '?window=1m']);
    const many = new AddressView();
    many.arrive('hosts');
    expect([many.value.page, location.search]).toEqual(['hosts', '?hosts&window=1m']);
    history.replaceState(null, '', '?host=web-1');
    const named = new AddressView();
    named.arrive('hosts');
    expect([named.value.page, location.search]).toEqual(['host', '?host=web-1']);
  });

  it('goes to a host and back, each with its own search and the same time', async () => {
    history.replaceState(null, '', '?hosts&window=5m&search=web');
    const view = new AddressView();
    const stop = view.start();
    view.step({ page: 'host', host: 'web-1' });
    expect(location.search).toBe('?host=web-1&window=5m');
    expect(view.value.search).toBe('');
    view.change({ search: 'cpu', theme: 'dark' });
    view.step({ host: 'web-2' });
    expect(location.search).toBe('?host=web-2&window=5m&theme=dark');
    history.back();
    await expect.poll(() => view.value.host).toBe('web-1');
    expect(view.value.search).toBe('cpu');
    history.back();
    await expect.poll(() => view.value.page).toBe('hosts');
    expect(location.search).toBe('?hosts&window=5m&theme=dark&search=web');
    stop();
  });

  it('goes back to the only host, and keeps what was searched for there since', async () => {
    history.replaceState(null, '', '?window=24h');
    const view = new AddressView();
    const stop = view.start();
    view.arrive('host');
    view.step({ range: RANGE });
    view.change({ search: 'eth0' });
    history.back();
    await expect.poll(() => view.value.range).toBeNull();
    expect([view.value.page, view.value.search]).toEqual(['host', 'eth0']);
    stop();
  });
});

/** Without a zone, as a person would type it. */
function localText(timestampMs: number): string {
  const shifted = timestampMs - new Date(timestampMs).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().replace(/:00\.000Z$/, '');
}
