import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownSecret } from './admin-secret.ts';
import { StateFolder } from './state-folder.ts';

let folder: StateFolder;
beforeEach(() => {
  folder = new StateFolder(mkdtempSync(join(tmpdir(), 'metrics-panel-')));
});
afterEach(() => rmSync(folder.path, { recursive: true }));

it('a secret is made once, by whichever of several agents is first', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => ownSecret(new StateFolder(folder.path))));
  expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(all.map(({ secret }) => secret)).size).toBe(1);
  expect(readFileSync(join(folder.path, 'admin-token'), 'utf8')).toBe(`${all[0]?.secret}\n`);
});

it.each(['c2hvcnQ', 'x'.repeat(42), 'ä'.repeat(43)])(
  'a piece of a secret is none, and what its owner has is not replaced without a word: %j',
  async (text) => {
    writeFileSync(join(folder.path, 'admin-token'), text);
    await expect(ownSecret(folder)).rejects.toThrow(
      /^admin-token in .* is damaged: put it back, or remove it/,
    );
    expect(readFileSync(join(folder.path, 'admin-token'), 'utf8')).toBe(text);
  },
);

it.each(['', '\n'])('an empty file is replaced by a new secret, and reported: %j', async (text) => {
  writeFileSync(join(folder.path, 'admin-token'), text);
  const { secret, isNew, wasEmpty } = await ownSecret(folder);
  expect([isNew, wasEmpty]).toEqual([true, true]);
  expect(await ownSecret(folder)).toEqual({ secret, isNew: false, wasEmpty: false });
});
