import { describe, expect, it } from 'vitest';
import { parseIoServiceBytes, parseIoStat, IoRates } from './io.ts';
import { DeviceStacks } from './device-stacks.ts';

describe('the transfers of a cgroup', () => {
  it('is parsed per device, version 2', () => {
    const text =
      '8:0 rbytes=1000 wbytes=2000 rios=1 wios=2 dbytes=9 dios=1\n259:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n';
    expect(parseIoStat(text)).toEqual([
      { device: '8:0', read: 1000, written: 2000 },
      { device: '259:0', read: 10, written: 20 },
    ]);
  });

  it('is empty for an empty text, and zero for a device without counters', () => {
    expect(parseIoStat('')).toEqual([]);
    expect(parseIoStat('8:0\n7:0 \n')).toEqual([{ device: '7:0', read: 0, written: 0 }]);
  });

  it('is unknown in version 1 if no device is listed', () => {
    expect(parseIoServiceBytes('Total 0\n')).toBeNull();
    expect(parseIoServiceBytes('')).toBeNull();
  });

  it('is parsed per device, version 1', () => {
    const text =
      '8:0 Read 1000\n8:0 Write 2000\n8:0 Sync 3\n8:0 Async 4\n8:0 Discard 0\n8:0 Total 3000\n8:16 Read 5\n8:16 Write 6\nTotal 3011\n';
    expect(parseIoServiceBytes(text)).toEqual([
      { device: '8:0', read: 1000, written: 2000 },
      { device: '8:16', read: 5, written: 6 },
    ]);
  });
});

const stacks = new DeviceStacks('/nowhere');
const of = (device: string, read: number, written: number) => ({ device, read, written });

it('transfers are the growth per second, including new devices and without removed ones', () => {
  const rates = new IoRates();
  expect(rates.next([of('8:0', 1000, 0)], 0, stacks)).toEqual({ read: null, written: null });
  expect(rates.next([of('8:0', 1000, 40)], 2000, stacks)).toEqual({ read: 0, written: 20 });
  expect(rates.next([of('8:0', 1000, 40), of('8:16', 7, 0)], 3000, stacks)).toEqual({ read: 7, written: 0 });
  expect(rates.next([of('8:16', 9, 0)], 4000, stacks)).toEqual({ read: 2, written: 0 });
});

it('transfers are unknown around unreadable counters, and if a device went backwards', () => {
  const rates = new IoRates();
  rates.next([of('8:0', 1000, 1000)], 0, stacks);
  expect(rates.next(null, 1000, stacks)).toEqual({ read: null, written: null });
  expect(rates.next([of('8:0', 1500, 1500)], 2000, stacks)).toEqual({ read: null, written: null });
  expect(rates.next([of('8:0', 10, 2000), of('8:16', 5000, 0)], 3000, stacks)).toEqual({
    read: null,
    written: null,
  });
  expect(rates.next([of('8:0', 11, 2000), of('8:16', 5000, 0)], 4000, stacks)).toEqual({
    read: 1,
    written: 0,
  });
});
