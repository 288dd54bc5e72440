import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { binOf } from './lib/bin.mjs';
import { inRepo, ROOT } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/**
 * `npm run dev [-- flags of the agent]`: the agent restarts and the page reloads on every change. `METRICS_PANEL_PORT`
 * (8080) is where the agent listens and where the page finds it. Ends, both parts together, on Ctrl-C or when the
 * agent's watcher ends.
 */
await verb(async (args) => {
  await ensureDependencies();
  const { createServer } = await import('vite');
  const page = await createServer({ configFile: inRepo('vite.config.ts') });
  await page.listen();

  const tsx = [binOf('tsx'), 'watch', '--clear-screen=false', inRepo('agent', 'main.ts'), ...args];
  const agent = spawn(process.execPath, tsx, { cwd: ROOT, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the watcher as well; twice would cut its agent short.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) agent.kill('SIGTERM');
    });
  }
  console.log(`Open ${page.resolvedUrls?.local[0]}`);

  await once(agent, 'exit');
  await page.close();
});
