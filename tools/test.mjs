import { ensureBrowser } from './browser/ensure.mjs';
import { binOf } from './lib/bin.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { runChecks } from './lib/checks.mjs';
import { runInFront } from './lib/child.mjs';
import { ROOT } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { ToolError, verb } from './lib/verb.mjs';

/**
 * `npm test`: everything, from a fresh clone: dependencies, build, browser, checks, all test projects.
 * `npm test -- <vitest arguments>`: the same without the checks, for a part of the tests.
 *
 * The tests run even when a check fails, so that one run tells everything. Fails if either fails.
 */
await verb(async (args) => {
  await ensureDependencies();
  await ensureBuilt();
  const browser = await ensureBrowser();
  const failedChecks = args.length > 0 ? [] : await runChecks();
  const exitCode = await runInFront(process.execPath, [binOf('vitest'), 'run', ...args], {
    cwd: ROOT,
    env: { ...process.env, CHROME_PATH: browser },
  });
  if (failedChecks.length > 0) throw new ToolError(`Failed before the tests: ${failedChecks.join(', ')}.`);
  return exitCode;
});
