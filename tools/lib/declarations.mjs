import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** `from './a.ts'`, `import './a.ts'`, `import('./a.ts')` */
const RELATIVE_IMPORT = /((?:\bfrom|\bimport)\s*\(?\s*['"])(\.[^'"]+)\.ts(?=['"])/g;

/**
 * Copies declaration files and all that they import by relative paths. In the copies the imports end with `.js`, which every resolution
 * of TypeScript understands.
 *
 * @param {string} from folder of the declarations that `tsc -b` wrote
 * @param {string} to
 * @param {string[]} entries files of `from`, without `.d.ts`
 */
export function copyDeclarations(from, to, entries) {
  const waiting = entries.map((entry) => join(from, entry));
  const seen = new Set();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = readFileSync(`${path}.d.ts`, 'utf8');
    for (const [, , imported = ''] of text.matchAll(RELATIVE_IMPORT))
      waiting.push(join(dirname(path), imported));
    const target = join(to, relative(from, `${path}.d.ts`));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replace(RELATIVE_IMPORT, '$1$2.js'));
  }
}
