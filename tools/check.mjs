import { runChecks } from './lib/checks.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { ToolError, verb } from './lib/verb.mjs';

/** `npm run check`: format, lint, types, unused code, sizes. Names every check that failed. */
await verb(async () => {
  await ensureDependencies();
  const failed = await runChecks();
  if (failed.length > 0) throw new ToolError(`Failed: ${failed.join(', ')}.`);
});
