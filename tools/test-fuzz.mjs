import { ensureBuilt } from './lib/build.mjs';
import { runInFront } from './lib/child.mjs';
import { ROOT } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/** `npm run test:fuzz`: a million hostile inputs; about a quarter of an hour. `npm test` sends some thousands. */
await verb(async (args) => {
  await ensureDependencies();
  await ensureBuilt();
  return runInFront(process.execPath, ['--import', 'tsx', 'e2e/fuzz/million.ts', ...args], { cwd: ROOT });
});
