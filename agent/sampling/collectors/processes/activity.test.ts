import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SharedFiles } from '../../kernel/kernel-file.ts';
import { Activity, busyTicksOf, censusOf } from './activity.ts';

describe('the census', () => {
  it('is the thread count and the last PID, whatever the load', () => {
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).toBe(censusOf('1.20 0.48 0.12 1/80 11206\n'));
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).not.toBe(censusOf('0.20 0.18 0.12 1/80 11207\n'));
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).not.toBe(censusOf('0.20 0.18 0.12 1/81 11206\n'));
  });

  it('is unknown for another text', () => {
    expect(censusOf('')).toBeNull();
    expect(censusOf('0.20 0.18 0.12\n')).toBeNull();
    // As gVisor writes it.
    expect(censusOf('0.00 0.00 0.00 0/0 0\n')).toBeNull();
  });
});

describe('the CPU time of all processes', () => {
  it('is user, nice and system of all processors', () => {
    expect(busyTicksOf('cpu  100 20 3 4000 50 60 70 80 0 0\ncpu0 1 1 1 1\n')).toBe(123);
    expect(busyTicksOf('cpu  5833 2033 2289 155498\n')).toBe(10_155);
  });

  it('is not known from another text', () => {
    expect(busyTicksOf('')).toBeNull();
    expect(busyTicksOf('cpu0 100 20 3 4000\n')).toBeNull();
    expect(busyTicksOf('cpu  100 x 3\n')).toBeNull();
    expect(busyTicksOf('cpu  100 20\n')).toBeNull();
  });
});

it('the CPU time is unexplained if its counter stepped back, whatever was explained before', () => {
  const proc = mkdtempSync(join(tmpdir(), 'activity-'));
  const write = (user: number) => writeFileSync(join(proc, 'stat'), `cpu  ${user} 0 0 9000 0 0 0 0 0 0\n`);
  const activity = new Activity(proc, new SharedFiles({ proc }));
  write(5000);
  activity.begin(0);
  activity.settle();
  write(5010);
  activity.begin(1000);
  activity.explain(10);
  expect(activity.isExplained()).toBe(true);
  write(4000);
  activity.begin(2000);
  expect(activity.isExplained()).toBe(false);
  activity.close();
  rmSync(proc, { recursive: true });
});
