import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const TEXT = /\.(?:css|html|js|json|map|svg|txt|webmanifest)$/;
// Below this, headers outweigh the savings.
const MIN_BYTES = 1024;

/**
 * Writes `<file>.br` and `<file>.gz` beside every text file below `folders`, at the highest levels, so that the agent never has to compress a
 * file. Skips small files and those that would not get smaller.
 *
 * @param {string[]} folders
 */
export async function precompress(folders) {
  const paths = (await Promise.all(folders.map(textFiles))).flat();
  await Promise.all(paths.map(compressOne));
}

/** @param {string} folder */
async function textFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** @param {string} path */
async function compressOne(path) {
  const plain = await readFile(path);
  if (plain.length < MIN_BYTES) return;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(plain),
    promisify(gzip)(plain, { level: 9 }),
  ]);
  if (br.length < plain.length) await writeFile(`${path}.br`, br);
  if (gz.length < plain.length) await writeFile(`${path}.gz`, gz);
}
