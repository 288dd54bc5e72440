import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUILD_INPUTS, hashBuildInputs } from './build-inputs.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-inputs-'));
  for (const input of BUILD_INPUTS) {
    mkdirSync(dirname(join(root, input)), { recursive: true });
    if (input.includes('.')) writeFileSync(join(root, input), input);
    else mkdirSync(join(root, input), { recursive: true });
  }
  writeFileSync(join(root, 'agent/main.ts'), 'export {};\n');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('the same contents have the same hash, wherever and whenever they were written', () => {
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true });
  expect(hashBuildInputs(copy)).toBe(hashBuildInputs(root));
  rmSync(copy, { recursive: true });
});

test('every tool that the configuration of the build imports is among the inputs', () => {
  const configuration = readFileSync(new URL('../../vite.config.ts', import.meta.url), 'utf8');
  const folders = [...configuration.matchAll(/from '\.\/(tools\/(?!browser\/)\w+)\//g)].map(
    ([, folder]) => folder,
  );
  expect(folders).not.toEqual([]);
  expect(BUILD_INPUTS).toEqual(expect.arrayContaining(folders));
});

test('a test changes nothing', () => {
  const before = hashBuildInputs(root);
  writeFileSync(join(root, 'agent/main.test.ts'), 'export {};\n');
  expect(hashBuildInputs(root)).toBe(before);
});

test.for([
  ['a changed source', 'agent/main.ts'],
  ['a new source', 'web/embed.ts'],
  ['another dependency', 'package-lock.json'],
] as const)('%s changes the hash', ([, file]) => {
  const before = hashBuildInputs(root);
  writeFileSync(join(root, file), 'changed');
  expect(hashBuildInputs(root)).not.toBe(before);
});

test('moving text from one file to the next changes the hash', () => {
  writeFileSync(join(root, 'agent/a.ts'), 'xy');
  writeFileSync(join(root, 'agent/b.ts'), '');
  const before = hashBuildInputs(root);
  writeFileSync(join(root, 'agent/a.ts'), 'x');
  writeFileSync(join(root, 'agent/b.ts'), 'y');
  expect(hashBuildInputs(root)).not.toBe(before);
});
