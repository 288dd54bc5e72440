import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { precompress } from './precompress.mjs';

test('text files in all folders get a .br and a .gz with the same content; small and binary files do not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'precompress-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = 'const a = 1;\n'.repeat(200);
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets', 'big.js'), text);
  writeFileSync(join(folder, 'small.js'), 'export {};');
  writeFileSync(join(folder, 'font.woff2'), text);

  await precompress([folder]);

  expect(readdirSync(folder).toSorted()).toEqual(['assets', 'font.woff2', 'small.js']);
  expect(brotliDecompressSync(readFileSync(join(folder, 'assets', 'big.js.br'))).toString()).toBe(text);
  expect(gunzipSync(readFileSync(join(folder, 'assets', 'big.js.gz'))).toString()).toBe(text);
});
