import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const BUILD_FOLDERS = ['agent', 'shared', 'web'];
export const BUILD_FILES = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'vite.config.ts',
  'tools/lib/at-once.mjs',
  'tools/lib/import-again.mjs',
  'tools/lib/minify-literals.mjs',
  'tools/lib/precompress.mjs',
  'tools/lib/sbom.mjs',
  'tools/lib/smallest.mjs',
];

/**
 * One hash over everything that `vite build` reads: the sources without their tests, and the files that say how they
 * are built. Contents count, times do not, so switching branches back and forth does not cause a build.
 *
 * @param {string} root
 * @returns {string} hexadecimal
 */
export function hashBuildInputs(root) {
  const sources = BUILD_FOLDERS.flatMap((folder) => filesBelow(join(root, folder))).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  const hash = createHash('sha256');
  for (const path of [...BUILD_FILES.map((file) => join(root, file)), ...sources]) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join('/')} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} folder */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
