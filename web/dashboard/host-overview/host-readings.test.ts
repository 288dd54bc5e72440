import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PretendClient } from '../../testing/pretend-hosts.ts';
import { HostReadings, POINTS, RecentValues } from './host-readings.ts';

let client: PretendClient;
let readings: HostReadings;
let changed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  client = new PretendClient();
  changed = [];
  readings = new HostReadings(client.connection, (id) => changed.push(id));
  readings.start();
});
afterEach(() => {
  readings.stop();
  vi.useRealTimers();
});

const followed = (): string[] => [...client.followed.keys()];
const see = (ids: readonly string[], ms = 300): void => {
  readings.see(ids);
  vi.advanceTimersByTime(ms);
};
const series = ['cpu', 'memory', 'pressure.cpu.some', 'pressure.io.some'].map((name) => ({
  name,
  label: name,
  unit: 'percent',
}));

it('follows a host that stays in sight, and not one that is only scrolled past', () => {
  see(['a', 'b'], 200);
  see(['b', 'c'], 200);
  expect(followed()).toEqual([]);
  see(['c', 'd'], 200);
  // Told again, as with each value that is shown.
  see(['c', 'd'], 100);
  expect(followed()).toEqual(['c', 'd']);
  expect(client.followed.get('c')?.request).toMatchObject({ intervalMs: 5000, backfill: POINTS });
});

it('keeps a host for a moment after it is out of sight', () => {
  see(['a', 'b']);
  see(['b'], 3000);
  see(['a', 'b'], 9000);
  expect(followed()).toEqual(['a', 'b']);
  see(['b'], 5000);
  expect(followed()).toEqual(['b']);
  expect(readings.of('a')).toBeUndefined();
});

it('follows at most forty, those in sight before those that were', () => {
  const hosts = Array.from({ length: 60 }, (_, index) => `h${index}`);
  see(hosts.slice(0, 30));
  see(hosts.slice(30));
  expect(followed()).toHaveLength(40);
  expect(followed().filter((id) => hosts.indexOf(id) >= 30)).toHaveLength(30);
});

it('asks for less over a connection that has all requests in its address', () => {
  client.connection.status.set({ state: 'connected', transport: 'SSE' });
  const hosts = Array.from({ length: 30 }, (_, index) => `h${index}`);
  see(hosts, 1000);
  expect(followed()).toEqual([]);
  see(hosts, 1000);
  expect(followed()).toEqual(hosts.slice(0, 12));
  see(hosts.slice(12), 2000);
  expect(followed()).toEqual(hosts.slice(12, 24));
});

it('follows none after it was stopped, and all again over another connection', () => {
  see(['a']);
  const before = client.connection.client.value;
  client.connection.client.set(null);
  expect(followed()).toEqual([]);
  client.connection.client.set(before);
  vi.advanceTimersByTime(300);
  expect(followed()).toEqual(['a']);
  readings.stop();
  expect(followed()).toEqual([]);
});

it('keeps the last five minutes, each value in its place', () => {
  see(['a']);
  const listener = client.followed.get('a')?.listener;
  listener?.subscribed({ series } as unknown as Parameters<NonNullable<typeof listener>['subscribed']>[0]);
  const sample = (second: number, values: (number | null)[]): void =>
    listener?.sample({ seq: second, timestampMs: second * 1000, values });
  sample(1000, [10, 20, 3, 7]);
  // Two cells further: one is missing.
  sample(1010, [11, null, null, null]);
  expect(changed).toEqual(['a', 'a']);
  const values = readings.of('a');
  expect([...(values?.lines.cpu.slice(-3) ?? [])]).toEqual([10, Number.NaN, 11]);
  expect(values?.newest('cpu')).toBe(11);
  expect(values?.newest('memory')).toBeNull();
  expect(values?.lines.pressure.at(-3)).toBe(7);
  expect(values?.newestMs).toBe(1_010_000);
});

it('begins anew after a clock was set back, and forgets what is older than its length', () => {
  const values = new RecentValues();
  values.announce([{ name: 'cpu', label: 'CPU', unit: 'percent' }]);
  values.add(1_000_000, [1]);
  values.add(1_000_000 + 5000 * (POINTS - 1), [2]);
  expect(values.lines.cpu.at(0)).toBe(1);
  values.add(1_000_000 + 5000 * POINTS, [3]);
  expect(values.lines.cpu.at(0)).toBeNaN();
  values.add(5000, [4]);
  expect([...values.lines.cpu].filter((value) => !Number.isNaN(value))).toEqual([4]);
});
