import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { parseDiskstats } from './proc-diskstats.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

describe('/proc/diskstats', () => {
  it('has columns for requests, sectors and times', () => {
    const disks = parseDiskstats(fixture('server.txt'), (name) => name === 'sda');
    expect(disks).toEqual([{ name: 'sda', counts: [100, 800, 200, 1600], timesMs: [50, 70, 90] }]);
  });

  it('of Linux 3.10 has fewer columns, and names with a slash', () => {
    const disks = parseDiskstats(fixture('linux-3.10.txt'), (name) => !/^sda\d/.test(name));
    expect(disks.map(({ name }) => name)).toEqual(['sda', 'sr0', 'cciss/c0d0', 'dm-0']);
    expect(disks[0]).toEqual({
      name: 'sda',
      counts: [84_211, 6_123_456, 5_551_234, 88_112_233],
      timesMs: [301_233, 9_912_345, 4_123_456],
    });
  });

  it('yields devices in file order, filtering each once', () => {
    const isWanted = vi.fn<(name: string) => boolean>(() => true);
    const names = parseDiskstats(fixture('virtual-machine.txt'), isWanted).map(({ name }) => name);
    expect(names).toEqual(isWanted.mock.calls.map(([name]) => name));
    expect(names).toContain('vda');
  });

  it.each(['', '\n', 'nonsense\n', '   3    1 hda1 35486 38030 38030 38030\n', '8 0 sda'])(
    'yields nothing for %j',
    (text) => {
      expect(parseDiskstats(text, () => true)).toEqual([]);
    },
  );
});
