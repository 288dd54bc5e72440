import { describe, expect, it } from 'vitest';
import { parseIoServiceBytes, parseIoStat } from './io-counts.ts';

const all = () => true;

describe('what a control group read and wrote', () => {
  it('is the sum over disks, version 2', () => {
    const text =
      '8:0 rbytes=1000 wbytes=2000 rios=1 wios=2 dbytes=9 dios=1\n259:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n';
    expect(parseIoStat(text, all)).toEqual({ read: 1010, written: 2020 });
    expect(parseIoStat(text, (device) => device !== '8:0')).toEqual({ read: 10, written: 20 });
  });

  it('is nothing for an empty text, and for a disk without counts', () => {
    expect(parseIoStat('', all)).toEqual({ read: 0, written: 0 });
    expect(parseIoStat('8:0\n7:0 \n', all)).toEqual({ read: 0, written: 0 });
  });

  it('is not known, version 1, where no disk is named', () => {
    expect(parseIoServiceBytes('Total 0\n', all)).toBeNull();
    expect(parseIoServiceBytes('', all)).toBeNull();
  });

  it('is the sum over disks, version 1', () => {
    const text =
      '8:0 Read 1000\n8:0 Write 2000\n8:0 Sync 3\n8:0 Async 4\n8:0 Discard 0\n8:0 Total 3000\n8:16 Read 5\n8:16 Write 6\nTotal 3011\n';
    expect(parseIoServiceBytes(text, all)).toEqual({ read: 1005, written: 2006 });
  });
});
