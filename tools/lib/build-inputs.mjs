import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What `vite build` reads: the sources, the files that say how they are built, and the page whose words are in the AsyncAPI document. */
export const BUILD_INPUTS = [
  'agent',
  'shared',
  'web',
  'tools/lib',
  'docs/protocol.md',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'vite.config.ts',
];

/**
 * One hash over everything that `vite build` reads, without tests. Contents count, times do not, so switching branches back and forth does
 * not cause a build.
 *
 * @param {string} root
 * @returns {string} hexadecimal
 */
export function hashBuildInputs(root) {
  const hash = createHash('sha256');
  for (const path of BUILD_INPUTS.flatMap((input) => filesOf(join(root, input)))) {
    if (path.endsWith('.test.ts')) continue;
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join('/')} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path of a file or folder */
function filesOf(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
