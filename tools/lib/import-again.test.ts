import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { withImportsAgain } from './import-again.mjs';

it.each(['"', "'", '`'])(
  'retries a failed import under another address, and repeats a successful one under the same (%s)',
  async (quote) => {
    const folder = await mkdtemp(join(tmpdir(), 'import-again-'));
    try {
      await writeFile(join(folder, 'package.json'), '{"type":"module"}');
      // Like browsers, Node remembers a module that threw.
      await writeFile(
        join(folder, 'part.js'),
        "if (!import.meta.url.endsWith('?again=2')) throw new Error('lost'); export const url = import.meta.url;",
      );
      const script = `
      const load = () => import(${quote}./part.js${quote}).then(({ url }) => url.replace(/.*\\//, ''));
      for (let attempt = 0; attempt < 4; attempt += 1) console.log(await load().catch(({ message }) => message));
    `;
      await writeFile(join(folder, 'script.js'), withImportsAgain(script));
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'script.js')]);
      expect(stdout.trim().split('\n')).toEqual(['lost', 'lost', 'part.js?again=2', 'part.js?again=2']);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

it.each(['import{a}from"./x.js";a()', 'import("lit")', 'reimport("./x.js")'])(
  'does not change %s',
  (code) => {
    expect(withImportsAgain(code)).toBe(code);
  },
);
