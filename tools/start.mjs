import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { inRepo } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/**
 * `npm start [-- flags of the agent]`: installs and builds what is missing, then becomes the agent. In this very
 * process, so that signals and the exit code are the agent's own.
 */
await verb(async () => {
  await ensureDependencies();
  await ensureBuilt();
});

if (process.exitCode === 0) {
  const agent = inRepo('dist', 'agent', 'main.js');
  process.exitCode = undefined;
  process.argv.splice(1, 1, agent);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(agent).href);
}
