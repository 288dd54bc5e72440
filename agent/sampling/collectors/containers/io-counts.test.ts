import { describe, expect, it } from 'vitest';
import { parseIoServiceBytes, parseIoStat } from './io-counts.ts';

describe('what a control group read and wrote', () => {
  it('is told for each device, version 2', () => {
    const text =
      '8:0 rbytes=1000 wbytes=2000 rios=1 wios=2 dbytes=9 dios=1\n259:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n';
    expect(parseIoStat(text)).toEqual([
      { device: '8:0', read: 1000, written: 2000 },
      { device: '259:0', read: 10, written: 20 },
    ]);
  });

  it('is nothing for an empty text, and for a device without counts', () => {
    expect(parseIoStat('')).toEqual([]);
    expect(parseIoStat('8:0\n7:0 \n')).toEqual([{ device: '7:0', read: 0, written: 0 }]);
  });

  it('is not known, version 1, where no device is named', () => {
    expect(parseIoServiceBytes('Total 0\n')).toBeNull();
    expect(parseIoServiceBytes('')).toBeNull();
  });

  it('is told for each device, version 1', () => {
    const text =
      '8:0 Read 1000\n8:0 Write 2000\n8:0 Sync 3\n8:0 Async 4\n8:0 Discard 0\n8:0 Total 3000\n8:16 Read 5\n8:16 Write 6\nTotal 3011\n';
    expect(parseIoServiceBytes(text)).toEqual([
      { device: '8:0', read: 1000, written: 2000 },
      { device: '8:16', read: 5, written: 6 },
    ]);
  });
});
