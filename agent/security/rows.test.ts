import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROWS = 53;
/** The title of a test, of a group, or of a case in a table of them. */
const TITLE = /(?:\b(?:it|describe|test)(?:\.\w+)*(?:\([^'"`)]*\))?\(\s*|^\s*\[?\s*)['"`]row (\d+):/gm;

it('each row of the table of hostile input has a test with its number', () => {
  const found = ['agent', 'e2e'].flatMap(rowsIn);
  const missing = Array.from({ length: ROWS }, (_, index) => index + 1).filter((row) => !found.includes(row));
  expect(missing).toEqual([]);
});

function rowsIn(folder: string): number[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(TITLE)])
    .map(([, row]) => Number(row));
}
