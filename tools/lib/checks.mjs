import { binOf } from './bin.mjs';
import { ensureBuilt } from './build.mjs';
import { runBehind } from './child.mjs';
import { ROOT } from './paths.mjs';

/**
 * @typedef {{ name: string, packageName: string, command?: string, args?: string[] }} Check
 */

/** @type {Check[]} */
const SOURCE_CHECKS = [
  // The slow ones first, so that no long one is left for the end.
  { name: 'lint', packageName: 'oxlint' },
  { name: 'types', packageName: 'typescript', command: 'tsc', args: ['-b'] },
  { name: 'unused code', packageName: 'knip' },
  { name: 'format', packageName: 'oxfmt', args: ['--check'] },
];

/** @type {Check} */
const SIZE_CHECK = { name: 'sizes', packageName: 'size-limit' };

/**
 * Everything that can be said about the sources without running them, and the size of what is built from them. Prints
 * a line per check, and beneath it what a failed one had to say.
 *
 * @returns {Promise<string[]>} names of the failed checks
 */
export async function runChecks() {
  // Two at a time: most of them use more than one core themselves.
  const queue = [...SOURCE_CHECKS];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      if (!(await passes(check))) failed.push(check.name);
    }
  };
  await Promise.all([worker(), worker()]);

  await ensureBuilt();
  if (!(await passes(SIZE_CHECK))) failed.push(SIZE_CHECK.name);
  return failed;
}

/** @param {Check} check */
async function passes({ name, packageName, command, args = [] }) {
  const startMs = performance.now();
  const { exitCode, output } = await runBehind(process.execPath, [binOf(packageName, command), ...args], {
    cwd: ROOT,
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(`\n${output.trim()}\n`);
  return exitCode === 0;
}
