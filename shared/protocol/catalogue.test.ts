import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob, selectMetrics, type MetricDescriptor } from './catalogue.ts';

function metric(name: string): MetricDescriptor {
  return {
    name,
    label: name,
    unit: 'percent',
    kind: 'gauge',
    group: 'test',
    help: 'A test.',
    source: 'test',
  };
}

const catalogue = ['cpu', 'cpu.core.0', 'cpu.core.1', 'memory', 'memory.used'].map(metric);

function namesOf(patterns: readonly string[]): readonly string[] | undefined {
  return selectMetrics(patterns, catalogue).found?.map(({ name }) => name);
}

describe('selectMetrics', () => {
  it('finds names in the order of the patterns', () => {
    expect(namesOf(['memory', 'cpu'])).toEqual(['memory', 'cpu']);
  });

  it('finds the matches of a glob in catalogue order', () => {
    expect(namesOf(['cpu.core.*'])).toEqual(['cpu.core.0', 'cpu.core.1']);
  });

  it('removes duplicates, also between names and globs', () => {
    expect(namesOf(['memory', 'memory', '*'])).toEqual([
      'memory',
      'cpu',
      'cpu.core.0',
      'cpu.core.1',
      'memory.used',
    ]);
  });

  it.each(['disk', 'disk.*', 'toString', 'CPU', ''])(
    'names the first pattern without a match: %j',
    (pattern) => {
      expect(selectMetrics(['cpu', pattern], catalogue)).toEqual({ unknown: pattern });
    },
  );
});

describe('matchesGlob', () => {
  it('agrees with the equivalent regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matchesGlob(pattern, name)).toBe(expression.test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('is fast on a pattern made to backtrack', () => {
    expect(matchesGlob(`${'a*'.repeat(120)}b`, 'a'.repeat(256))).toBe(false);
  });
});
