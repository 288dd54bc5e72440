import { describe, expect, test } from 'vitest';
import { isSatisfied } from './install.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/lit': { version: '3.3.3' },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  },
};

describe('isSatisfied', () => {
  test('exactly the locked versions satisfy, without the optional packages of other platforms', () => {
    expect(isSatisfied(wanted, { packages: { 'node_modules/lit': { version: '3.3.3' } } })).toBe(true);
  });

  test('packages nobody locked do no harm', () => {
    const packages = {
      'node_modules/lit': { version: '3.3.3' },
      'node_modules/left-pad': { version: '1.3.0' },
    };
    expect(isSatisfied(wanted, { packages })).toBe(true);
  });

  test.for([
    ['a missing package', {}],
    ['another version', { 'node_modules/lit': { version: '3.3.2' } }],
    [
      'another version of an optional package',
      { 'node_modules/lit': { version: '3.3.3' }, 'node_modules/fsevents': { version: '2.3.2' } },
    ],
  ] as const)('%s does not satisfy', ([, packages]) => {
    expect(isSatisfied(wanted, { packages })).toBe(false);
  });
});
