import { binOf } from './lib/bin.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { runInFront } from './lib/child.mjs';
import { ROOT } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/**
 * `npm run test:faults`: the fault tests in full, with real minutes and 10,000 random cases; about half an hour.
 * `npm test` runs the same files in their short form.
 */
await verb(async (args) => {
  await ensureDependencies();
  await ensureBuilt();
  const vitest = [binOf('vitest'), 'run', '--project', 'e2e', 'e2e/faults', ...args];
  return runInFront(process.execPath, vitest, {
    cwd: ROOT,
    env: { METRICS_PANEL_CASES: '10000', ...process.env, METRICS_PANEL_FAULTS: 'full' },
  });
});
