import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from './connection.ts';
import { Hosts, type KeptHistory } from './hosts.ts';
import { TimeShown } from './time-shown.ts';
import { AddressView } from './view.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 16);
const HOUR_MS = 3_600_000;
const RANGE = { fromMs: NOW_MS - 3 * HOUR_MS, toMs: NOW_MS - 2 * HOUR_MS };
const IN_ADDRESS = 'from=2026-11-26T13:00:00Z&to=2026-11-26T14:00:00Z';

const before = location.href;
let undo: (() => void)[] = [];

beforeEach(() => {
  history.pushState(null, '', location.pathname);
  localStorage.clear();
});
afterEach(() => {
  for (const one of undo) one();
  undo = [];
  history.replaceState(null, '', before);
});

/** @param kept `null`: no history; `undefined`: the agent has not introduced itself */
function timeAt(
  query: string,
  kept: KeptHistory | null | undefined = { oldestMs: 0 },
): {
  time: TimeShown;
  welcome: (kept: KeptHistory | null) => void;
  sample: (timestampMs: number) => void;
} {
  history.replaceState(null, '', location.pathname + query);
  const view = new AddressView();
  undo.push(view.start());
  const connection = new Connection('http://127.0.0.1:1/');
  const hosts = new Hosts(connection, view);
  const sample = (timestampMs: number): void =>
    hosts.sample.set({ seq: 1, timestampMs, values: [], series: [], host: 'h' });
  sample(NOW_MS);
  const welcome = (history: KeptHistory | null): void => connection.welcome.set(welcomeWith(history));
  if (kept !== undefined) welcome(kept);
  return { time: new TimeShown(view, hosts), welcome, sample };
}

function welcomeWith(history: KeptHistory | null): NonNullable<Connection['welcome']['value']> {
  return {
    type: 'welcome',
    v: 1,
    server: { name: 'test', version: '1' },
    heartbeat: { intervalMs: 5000 },
    reconnect: { baseMs: 1, capMs: 1 },
    limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
    transports: [],
    hosts: [
      { id: 'h', label: 'h', facts: {}, catalogue: [], tables: [], ...(history === null ? {} : { history }) },
    ],
    catalogue: [],
    tables: [],
    id: undefined,
  };
}

describe('the time that is shown', () => {
  it('is what the address says, in the past at most the present', () => {
    expect(timeAt('?window=24h').time.value).toMatchObject({ span: '24h', range: null });
    expect(timeAt(`?window=24h&${IN_ADDRESS}`).time.value).toMatchObject({ span: '24h', range: RANGE });
    const { time } = timeAt('?from=2026-11-26T15:00:00Z&to=2027-11-26T16:00:00Z');
    expect(time.value.range?.toMs).toBe(NOW_MS);
  });

  it('moves back and forth between what was shown, also while old samples arrive', () => {
    const { time, sample } = timeAt(`?window=24h&${IN_ADDRESS}`);
    time.earlier();
    sample(RANGE.fromMs);
    time.later();
    expect(time.value.range).toEqual(RANGE);
    time.later();
    expect(time.value.range).toEqual(RANGE);
  });

  it('is around a moment whose link names no range, and drops a moment outside its range', () => {
    const { time } = timeAt('?window=1h&at=2026-11-26T13:30:00Z');
    expect(time.value).toMatchObject({ range: RANGE, momentMs: NOW_MS - 2.5 * HOUR_MS });
    expect(timeAt(`?${IN_ADDRESS}&at=2026-11-26T12:00:00Z`).time.value.momentMs).toBeNull();
  });

  it('is the present without a history, and says that more was asked for', () => {
    const { time, welcome } = timeAt('?window=24h', undefined);
    expect(time.value).toMatchObject({ span: '24h', isTooLong: false });
    welcome(null);
    expect(time.value).toMatchObject({ span: '15m', isTooLong: true });
    expect(location.search).toBe('?window=24h');
    welcome({ oldestMs: null });
    expect(time.value).toMatchObject({ span: '24h', isTooLong: false });
    expect(timeAt(`?${IN_ADDRESS}`, null).time.value).toMatchObject({
      span: 'points',
      range: null,
      isTooLong: true,
    });
    expect(timeAt('?window=5m', null).time.value.isTooLong).toBe(false);
  });

  it('is what was chosen last where the address says nothing, and a link wins', () => {
    const { time } = timeAt('');
    expect(time.value.span).toBe('points');
    time.chooseSpan('5m');
    expect(location.search).toBe('?window=5m');
    expect(timeAt('').time.value.span).toBe('5m');
    expect(timeAt('?window=1m').time.value.span).toBe('1m');
    const { time: again } = timeAt('');
    again.chooseSpan('points');
    expect([again.value.span, location.search]).toEqual(['points', '']);
    expect(timeAt('').time.value.span).toBe('points');
  });

  it('does not complain of a host without a history when only the browser remembers a long one', () => {
    timeAt('').time.chooseSpan('24h');
    expect(timeAt('', null).time.value).toMatchObject({ span: '15m', isTooLong: false });
  });

  it('is moved in one step', () => {
    const { time } = timeAt('?window=1h');
    const entries = history.length;
    time.moveTo(RANGE);
    time.moveTo({ fromMs: RANGE.fromMs - HOUR_MS, toMs: RANGE.toMs - HOUR_MS });
    expect(time.value.range?.fromMs).toBe(RANGE.fromMs - HOUR_MS);
    expect(history.length).toBe(entries + 1);
  });

  it('moves by half, in place, and never into the future', () => {
    const { time } = timeAt(`?${IN_ADDRESS}`);
    const entries = history.length;
    time.earlier();
    expect(location.search).toBe('?from=2026-11-26T12:30:00Z&to=2026-11-26T13:30:00Z');
    for (let press = 0; press < 20; press += 1) time.later();
    expect(time.value.range).toEqual({ fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS });
    expect(history.length).toBe(entries);
  });

  it('goes from the present to the past only where there is one', () => {
    const { time } = timeAt('?window=1h');
    time.later();
    expect(time.value.range).toBeNull();
    time.earlier();
    expect(time.value.range).toEqual({ fromMs: NOW_MS - 1.5 * HOUR_MS, toMs: NOW_MS - 0.5 * HOUR_MS });
    const { time: without } = timeAt('', null);
    without.earlier();
    expect(without.value.range).toBeNull();
  });

  it('zooms by steps that are left one by one', async () => {
    const { time } = timeAt('?window=24h');
    time.zoomTo(RANGE);
    time.zoomIn();
    expect(time.value.range).toEqual({ fromMs: NOW_MS - 2.75 * HOUR_MS, toMs: NOW_MS - 2.25 * HOUR_MS });
    time.leave();
    await expect.poll(() => time.value.range).toEqual(RANGE);
    time.leave();
    await expect.poll(() => time.value.range).toBeNull();
    expect(location.search).toBe('?window=24h');
  });

  it('zooms around the selected time, and keeps it only while it is shown', () => {
    const { time } = timeAt(`?${IN_ADDRESS}`);
    const momentMs = NOW_MS - 2.25 * HOUR_MS;
    time.select(momentMs);
    time.zoomIn();
    expect(time.value).toMatchObject({
      range: { fromMs: NOW_MS - 2.5 * HOUR_MS, toMs: NOW_MS - 2 * HOUR_MS },
      momentMs,
    });
    time.earlier();
    time.earlier();
    expect(time.value.momentMs).toBeNull();
  });

  it('zooms between the spans of the present', () => {
    const { time } = timeAt('?window=1h');
    time.zoomOut();
    expect(time.value).toMatchObject({ span: '6h', range: null });
    time.zoomIn();
    time.zoomIn();
    expect(time.value.span).toBe('15m');
    const { time: without } = timeAt('?window=15m', null);
    without.zoomOut();
    expect(without.value.span).toBe('15m');
  });

  it('grows beyond the span that it came from', () => {
    const { time } = timeAt(`?window=1h&${IN_ADDRESS}`);
    time.zoomOut();
    time.zoomOut();
    time.zoomOut();
    expect(time.value.range).toEqual({ fromMs: NOW_MS - 8 * HOUR_MS, toMs: NOW_MS });
  });

  it('leads from a linked range to the present, and Back to the link', async () => {
    const { time } = timeAt(`?window=6h&${IN_ADDRESS}`);
    time.leave();
    expect(time.value).toMatchObject({ span: '6h', range: null });
    history.back();
    await expect.poll(() => time.value.range).toEqual(RANGE);
  });

  it('has a selected time in the address only in the past, and links to that of the present with what is around', () => {
    const { time } = timeAt('?window=1h');
    time.select(NOW_MS - HOUR_MS);
    expect(location.search).toBe('?window=1h');
    expect(time.linkTo(NOW_MS - 2.5 * HOUR_MS)).toEqual({ range: RANGE, momentMs: NOW_MS - 2.5 * HOUR_MS });
    time.zoomTo(RANGE);
    time.select(RANGE.fromMs);
    expect(location.search).toBe(`?window=1h&${IN_ADDRESS}&at=2026-11-26T13:00:00Z`);
    time.select(null);
    expect(location.search).toBe(`?window=1h&${IN_ADDRESS}`);
  });

  it('begins where the history does', () => {
    const { time } = timeAt(`?${IN_ADDRESS}`, { oldestMs: RANGE.fromMs });
    expect(time.isAtBegin).toBe(true);
    time.later();
    expect(time.isAtBegin).toBe(false);
  });
});
