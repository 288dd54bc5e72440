import { expect, test } from 'vitest';
import { atOnce } from './at-once.mjs';

/** `importer: [what it imports, ...]`; what is behind `?` is loaded later. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  entry: ['core', '?charts', '?tables', '?more'],
  core: ['shared'],
  charts: ['line', 'gaps'],
  tables: ['rows', 'storage'],
  more: ['charts', 'storage', 'digest'],
  digest: ['gaps', 'line'],
};
const importersOf = (id: string) =>
  Object.entries(IMPORTS).flatMap(([importer, ids]) => (ids.includes(id) ? [importer] : []));
const graph = {
  getModuleInfo: (id: string) => ({
    isEntry: id === 'entry',
    importers: importersOf(id),
    dynamicImporters: importersOf(`?${id}`),
  }),
};

test.each([
  ['the entry', 'entry', 'initial'],
  ['what it imports', 'core', 'initial'],
  ['what that imports', 'shared', 'initial'],
  ['a part', 'charts', null],
  ['what one part needs', 'rows', null],
  ['what several parts need', 'storage', 'initial'],
])('%s belongs to the right file', (_, id, chunk) => {
  expect(atOnce(id, graph)).toBe(chunk);
});

test('what a part and one that needs this part share', () => {
  expect(atOnce('gaps', graph)).toBe('initial');
});
