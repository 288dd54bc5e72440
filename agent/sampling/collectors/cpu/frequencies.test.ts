import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Frequencies, meanFrequency, parseKilohertz, sleepsForFrequency } from './frequencies.ts';

describe('a clock frequency', () => {
  it.each([
    ['2400000\n', 2_400_000_000],
    ['399999', 399_999_000],
    ['<unknown>\n', null],
    ['0\n', null],
    ['', null],
  ])('of the text %j is %j Hz', (text, hertz) => {
    expect(parseKilohertz(text)).toBe(hertz);
  });

  it('of all processors is the mean of the known ones', () => {
    expect(meanFrequency([1e9, null, 3e9])).toBe(2e9);
    expect(meanFrequency([null])).toBeNull();
    expect(meanFrequency([])).toBeNull();
  });

  it.each([
    ['x64', '4.12.14-default', false],
    ['x64', '4.18.0-553.el8.x86_64', true],
    ['x64', '5.15.0-91-generic', true],
    ['x64', '5.19.0', false],
    ['x64', '6.8.0-45-generic', false],
    ['arm64', '5.15.0-1040-raspi', false],
    ['x64', '', false],
  ])('is slow to read on %s with Linux %s: %j', (arch, release, isSlow) => {
    expect(sleepsForFrequency(arch, release)).toBe(isSlow);
  });
});

it('a processor with an unreadable frequency may get one later', () => {
  const sys = mkdtempSync(join(tmpdir(), 'frequencies-'));
  onTestFinished(() => rmSync(sys, { recursive: true }));
  const file = join(sys, 'devices/system/cpu/cpu0/cpufreq/scaling_cur_freq');
  // Reading a folder fails, like a driver.
  mkdirSync(file, { recursive: true });
  const frequencies = new Frequencies({ proc: join(sys, 'proc'), sys });
  expect(frequencies.open(['0', '1'])).toEqual(new Set(['0']));
  expect(frequencies.read()).toEqual([null, null]);
  rmdirSync(file);
  writeFileSync(file, '2400000\n');
  expect(frequencies.read()).toEqual([2_400_000_000, null]);
  frequencies.close();
});
