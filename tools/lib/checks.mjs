import { binOf, runBehind, ToolError } from './programs.mjs';

/**
 * @typedef {{ name: string, packageName: string, command?: string, args?: string[] }} Check
 * @typedef {{ name: string, seconds: number, exitCode: number, output: string }} Outcome
 */

/** @type {Check[]} the slow ones first */
const CHECKS = [
  { name: 'lint', packageName: 'oxlint' },
  { name: 'types', packageName: 'typescript', command: 'tsc', args: ['-b'] },
  { name: 'unused code', packageName: 'knip' },
  { name: 'sizes', packageName: 'size-limit' },
  { name: 'format', packageName: 'oxfmt', args: ['--check'] },
];

/** Checks the sources without running them, and the size of what was built from them. */
export async function runChecks() {
  // Two at a time: most of them use more than one core themselves.
  const queue = CHECKS.values();
  /** @type {Outcome[]} */
  const outcomes = [];
  const work = async () => {
    for (const check of queue) outcomes.push(await run(check));
  };
  await Promise.all([work(), work()]);
  return outcomes;
}

/**
 * Prints a line per check, followed by the output of a failed one.
 *
 * @param {Outcome[]} outcomes
 * @throws {ToolError} that names the failed checks
 */
export function reportChecks(outcomes) {
  for (const { name, seconds, exitCode, output } of outcomes) {
    console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)`);
    if (exitCode !== 0) console.log(`\n${output.trim()}\n`);
  }
  const failed = outcomes.filter(({ exitCode }) => exitCode !== 0).map(({ name }) => name);
  if (failed.length > 0) throw new ToolError(`Failed: ${failed.join(', ')}.`);
}

/**
 * @param {Check} check
 * @returns {Promise<Outcome>}
 */
async function run({ name, packageName, command, args = [] }) {
  const startMs = performance.now();
  const result = await runBehind(process.execPath, [binOf(packageName, command), ...args]);
  return { name, seconds: (performance.now() - startMs) / 1000, ...result };
}
