import { describe, expect, it } from 'vitest';
import { meanFrequency, parseKilohertz, sleepsForFrequency } from './frequencies.ts';

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

  it('of all is the mean of those that are known', () => {
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
