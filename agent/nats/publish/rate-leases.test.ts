import { beforeEach, expect, it } from 'vitest';
import { LocalHost } from '../../hosts/local-host.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { metric } from '../../testing/fake-collector.ts';
import { RateLeases } from './rate-leases.ts';

let clock: FakeClock;
let host: LocalHost;
let leases: RateLeases;
beforeEach(() => {
  clock = new FakeClock();
  host = new LocalHost({
    host: { id: 'a', label: 'a', facts: {} },
    catalogue: [metric('cpu')],
    intervalMs: 1000,
  });
  leases = new RateLeases(host, clock);
});

const lease = (intervalMs: number, ttlMs: number, tables = false): void =>
  leases.add({ intervalMs, ttlMs, tables });

it('samples as often as the fastest of them, each until its own end', async () => {
  lease(500, 30_000);
  lease(100, 10_000);
  expect(host.currentIntervalMs).toBe(100);
  await clock.advance(10_000);
  expect(host.currentIntervalMs).toBe(500);
  await clock.advance(20_000);
  expect([host.currentIntervalMs, clock.pending]).toEqual([1000, 0]);
});

it('goes on while it is renewed', async () => {
  lease(500, 30_000);
  await clock.advance(20_000);
  lease(500, 30_000);
  await clock.advance(20_000);
  expect(host.currentIntervalMs).toBe(500);
  await clock.advance(10_000);
  expect(host.currentIntervalMs).toBe(1000);
});

it('lasts a minute at most, however long its owner wants it', async () => {
  lease(0, Number.MAX_SAFE_INTEGER, true);
  expect([host.currentIntervalMs, leases.wantsTables]).toEqual([100, true]);
  await clock.advance(60_000);
  expect([host.currentIntervalMs, leases.wantsTables, clock.pending]).toEqual([1000, false, 0]);
});

it('a slower one, or one for tables alone, changes no interval', () => {
  lease(7_000, 30_000, true);
  expect([host.currentIntervalMs, leases.wantsTables]).toEqual([1000, true]);
  leases.clear();
  expect([leases.wantsTables, clock.pending]).toEqual([false, 0]);
});
