import { expect, it } from 'vitest';
import { busyShare } from './os-times.ts';

//              user nice system irq idle
const BEFORE = [1000, 100, 500, 10, 9000];
const after = (...growths: readonly number[]) => BEFORE.map((time, state) => time + (growths[state] ?? 0));

it('the busy share of all processors relates to their total time', () => {
  expect(busyShare([BEFORE], [after(10, 5, 20, 5, 60)])).toBe(40);
  expect(busyShare([BEFORE, BEFORE], [after(100), after(0, 0, 0, 0, 100)])).toBe(50);
});

it.each([
  ['idle time fell by hours', [after(350, 0, 320, 0, -17_400_000)]],
  ['idle time fell by hours and busy time by less', [after(-350, 0, -320, 0, -17_400_000)]],
  ['one state fell while the others grew', [after(50, 0, -10, 0, 50)]],
  ['a processor went offline', []],
  ['a processor came', [after(10), BEFORE]],
  ['nothing moved', [BEFORE]],
])('the busy share is unknown if %s', (_when, now) => {
  expect(busyShare([BEFORE], now)).toBeNull();
});

it('the busy share is unknown if one of several processors stepped back, even if their sum did not', () => {
  expect(busyShare([BEFORE, BEFORE], [after(10, 0, 0, 0, -50), after(10, 0, 0, 0, 90)])).toBeNull();
});
