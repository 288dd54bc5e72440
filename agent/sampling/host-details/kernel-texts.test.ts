import { describe, expect, it } from 'vitest';
import { cpuModelOf, prettyNameOf } from './kernel-texts.ts';

describe('the model of the processor', () => {
  it.each([
    [
      'x86',
      'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) @ 2.80GHz\n',
      'Intel(R) Xeon(R) @ 2.80GHz',
    ],
    ['POWER', 'processor\t: 0\ncpu\t\t: POWER9, altivec supported\n', 'POWER9, altivec supported'],
    ['MIPS', 'system type : MT7621\ncpu model\t\t: MIPS 1004Kc V2.15\n', 'MIPS 1004Kc V2.15'],
    [
      'a Raspberry Pi',
      'processor\t: 0\nCPU part\t: 0xd08\n\nHardware\t: BCM2835\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n',
      'Raspberry Pi 4 Model B Rev 1.4',
    ],
    ['an ARM server', 'processor\t: 0\nBogoMIPS\t: 243.75\nCPU part\t: 0xd0c\n', null],
    ['an empty text', '', null],
  ])('is found in the text of %s', (_, text, model) => {
    expect(cpuModelOf(text)).toBe(model);
  });
});

describe('the name of the operating system', () => {
  it.each([
    [
      'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      'Debian GNU/Linux 12 (bookworm)',
    ],
    ["PRETTY_NAME='Alpine Linux v3.20'\n", 'Alpine Linux v3.20'],
    ['PRETTY_NAME=Gentoo\n', 'Gentoo'],
    ['PRETTY_NAME="A \\"quoted\\" one"\n', 'A "quoted" one'],
    ['PRETTY_NAME=""\n', null],
    ['NAME=Gentoo\n', null],
  ])('in %j is without quotes', (text, name) => {
    expect(prettyNameOf(text)).toBe(name);
  });
});
