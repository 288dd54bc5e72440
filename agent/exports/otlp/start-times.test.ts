import { expect, it } from 'vitest';
import { StartTimes } from './start-times.ts';

const BOOT = 1000;

/** One push of counters, by name; returns when each began. */
function push(
  times: StartTimes,
  atMs: number,
  values: Readonly<Record<string, number>>,
  boot: number | null = BOOT,
): Record<string, number> {
  times.begin(boot);
  const starts = Object.entries(values).map(([name, value]) => [name, times.of(name, value, atMs)] as const);
  times.end(atMs);
  return Object.fromEntries(starts);
}

it('what is there with the first push began with the host, what comes later since the push before', () => {
  const times = new StartTimes();
  expect(push(times, 50_000, { sda: 1 })).toEqual({ sda: BOOT });
  expect(push(times, 60_000, { sda: 2, usb: 0 })).toEqual({ sda: BOOT, usb: 50_000 });
  expect(push(times, 70_000, { sda: 2, usb: 5 })).toEqual({ sda: BOOT, usb: 50_000 });
});

it('what restarts or comes back begins anew', () => {
  const times = new StartTimes();
  push(times, 50_000, { a: 10, b: 10 });
  expect(push(times, 60_000, { a: 3 })).toEqual({ a: 50_000 });
  expect(push(times, 70_000, { a: 4, b: 10 })).toEqual({ a: 50_000, b: 60_000 });
});

it('without a time of boot, counting begins with the first push', () => {
  const times = new StartTimes();
  expect(push(times, 50_000, { a: 10 }, null)).toEqual({ a: 50_000 });
  expect(push(times, 60_000, { a: 11 }, null)).toEqual({ a: 50_000 });
});

it('is never after the value, whatever is done to the clock', () => {
  const times = new StartTimes();
  push(times, 50_000, { a: 10 });
  expect(push(times, 500, { a: 11, b: 1 })).toEqual({ a: 500, b: 500 });
  expect(push(times, 60_000, { a: 12 })).toEqual({ a: BOOT });
});
