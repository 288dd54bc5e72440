import { readFileSync } from 'node:fs';
import { inRepo } from './paths.mjs';

/**
 * The script behind a command of an installed package, to be run by this very Node. Unlike `node_modules/.bin` it is
 * the same on every platform and needs no shell.
 *
 * @param {string} packageName
 * @param {string} command
 * @returns {string} absolute path
 */
export function binOf(packageName, command = packageName) {
  const folder = inRepo('node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return inRepo('node_modules', packageName, typeof bin === 'string' ? bin : bin[command]);
}
