import { ensureBuilt } from './build.mjs';
import { binOf, runBehind } from './programs.mjs';

/** @typedef {{ name: string, packageName: string, command?: string, args?: string[] }} Check */

/** @type {Check[]} the slow ones first */
const SOURCE_CHECKS = [
  { name: 'lint', packageName: 'oxlint' },
  { name: 'types', packageName: 'typescript', command: 'tsc', args: ['-b'] },
  { name: 'unused code', packageName: 'knip' },
  { name: 'format', packageName: 'oxfmt', args: ['--check'] },
];

/** @type {Check} */
const SIZE_CHECK = { name: 'sizes', packageName: 'size-limit' };

/**
 * Checks the sources without running them, and the size of what is built from them. Prints a line per check, followed by the output of a
 * failed one.
 *
 * @returns {Promise<string[]>} names of the failed checks
 */
export async function runChecks() {
  // Two at a time: most of them use more than one core themselves.
  const queue = SOURCE_CHECKS.values();
  /** @type {string[]} */
  const failed = [];
  const run = async (/** @type {Iterable<Check>} */ checks) => {
    for (const check of checks) if (!(await passes(check))) failed.push(check.name);
  };
  await Promise.all([run(queue), run(queue)]);
  await ensureBuilt();
  await run([SIZE_CHECK]);
  return failed;
}

/** @param {Check} check */
async function passes({ name, packageName, command, args = [] }) {
  const startMs = performance.now();
  const { exitCode, output } = await runBehind(process.execPath, [binOf(packageName, command), ...args]);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(`\n${output.trim()}\n`);
  return exitCode === 0;
}
