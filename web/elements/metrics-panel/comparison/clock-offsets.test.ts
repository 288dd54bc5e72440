import { describe, expect, it } from 'vitest';
import { clocksThatAreOff } from './clock-offsets.ts';

describe('clocks of compared hosts', () => {
  it('are off if they differ from most of the others', () => {
    const off = clocksThatAreOff(
      new Map([
        ['a', 40],
        ['b', 190_000],
        ['c', -20],
        ['d', -5000],
      ]),
    );
    expect([...off.keys()]).toEqual(['b', 'd']);
    expect(off.get('b')).toBeGreaterThan(189_000);
    expect(off.get('d')).toBeLessThan(-4900);
  });

  it('are judged by the reader’s where there are only two, which may be wrong itself among several', () => {
    expect([
      ...clocksThatAreOff(
        new Map([
          ['a', 10],
          ['b', 60_000],
        ]),
      ).keys(),
    ]).toEqual(['b']);
    expect(
      clocksThatAreOff(
        new Map([
          ['a', 60_000],
          ['b', 60_010],
          ['c', 60_020],
        ]),
      ),
    ).toEqual(new Map());
  });
});
