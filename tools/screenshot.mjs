import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BROWSER_FLAGS } from './browser/flags.mjs';
import { ensureBrowser } from './browser/ensure.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { inRepo } from './lib/paths.mjs';
import { ensureDependencies } from './lib/ready.mjs';
import { verb } from './lib/verb.mjs';

/** Long enough for 20 points at the default interval. */
const UNTIL_FULL_MS = 24_000;

/** `npm run screenshot`: the README's pictures, of the real dashboard on this machine, light and dark. */
await verb(async () => {
  await ensureDependencies();
  await ensureBuilt();
  const executablePath = await ensureBrowser();
  const { chromium } = await import('playwright');

  const agent = spawn(process.execPath, [inRepo('dist', 'agent', 'main.js'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [firstLine] = await once(createInterface({ input: agent.stdout }), 'line');
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
  try {
    const { url } = JSON.parse(firstLine);
    await new Promise((resolve) => setTimeout(resolve, UNTIL_FULL_MS));
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 960 } });
      await page.goto(url);
      await page.locator('metric-chart canvas[aria-label*="in 20 samples"]').first().waitFor();
      await page.screenshot({ path: inRepo('docs', 'images', `dashboard-${colorScheme}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
    agent.kill();
  }
});
