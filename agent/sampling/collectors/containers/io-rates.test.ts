import { expect, it } from 'vitest';
import { DeviceStacks } from './device-stacks.ts';
import { IoRates } from './io-rates.ts';

const stacks = new DeviceStacks('/nowhere');
const of = (device: string, read: number, written: number) => ({ device, read, written });

it('transfers are the growth per second, also of a device that is new, and not of one that has gone', () => {
  const rates = new IoRates();
  expect(rates.next([of('8:0', 1000, 0)], 0, stacks)).toEqual({ read: null, written: null });
  expect(rates.next([of('8:0', 1000, 40)], 2000, stacks)).toEqual({ read: 0, written: 20 });
  expect(rates.next([of('8:0', 1000, 40), of('8:16', 7, 0)], 3000, stacks)).toEqual({ read: 7, written: 0 });
  expect(rates.next([of('8:16', 9, 0)], 4000, stacks)).toEqual({ read: 2, written: 0 });
});

it('transfers are not known around counts that could not be read, and when a device went backwards', () => {
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
