/**
 * How long from a sample to its pixels? The agent's own panel with 24 charts, and a page of bare canvases that reads the same
 * subscription without any library, in turns in a real Chromium, at 10 Hz over loopback.
 *
 *   npm run build && npx tsx bench/sample-to-pixel.ts [--rounds 3] [--samples 150] [--screenshot FILE]
 *
 * Measured is from the sample's own time (the agent's clock, which is this machine's) to the first task after the frame that shows it. A
 * headless browser draws a frame when it is asked to; a display of 60 Hz adds up to 17 ms to both.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { ensureBrowser } from '../tools/browser/ensure.mjs';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';
import { metricNames } from './agents/metric-names.ts';
import { printConditions } from './measure/conditions.ts';
import { max, median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { openPanelPage } from './pages/open-panel-page.ts';
import { bundlePage } from './processes/bundle.ts';
import { startAgent } from './servers/agent-process.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    samples: { type: 'string', default: '150' },
    screenshot: { type: 'string' },
  },
});
const CHARTS = 24;
const WARM_UP_MS = 4000;
const PAGES = { panel: 'pages/panel-page.ts', 'bare canvas': 'pages/bare-page.ts' };

const ways = await Promise.all(
  Object.entries(PAGES).map(async ([name, entry]) => ({
    name,
    path: await bundlePage(entry),
    timesMs: [] as number[],
  })),
);
printConditions();
const agent = await startAgent();
const url = `http://127.0.0.1:${agent.port}`;
const metrics = (await metricNames(agent.port)).slice(0, CHARTS);
const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: BROWSER_FLAGS });
console.log(`Chromium ${browser.version()}, headless, no GPU`);
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { name, path, timesMs } of ways) timesMs.push(...(await watch(name, path)));
}
await browser.close();
await agent.stop();

printTable(
  `Sample to painted pixel, ${CHARTS} charts at 10 Hz, ${values.rounds} × ${values.samples} samples; ms`,
  ways.map(({ name, timesMs }) => ({
    page: name,
    p50: median(timesMs).toFixed(1),
    p99: quantile(timesMs, 0.99).toFixed(1),
    max: max(timesMs).toFixed(1),
  })),
);
const [panel = Number.NaN, bare = Number.NaN] = ways.map(({ timesMs }) => quantile(timesMs, 0.99));
console.log(`\n- p99: ${verdict(panel / bare, 3, '× bare canvas')}`);

async function watch(name: string, path: string): Promise<number[]> {
  const page = await browser.newPage({ bypassCSP: true, viewport: { width: 1900, height: 1200 } });
  page.on('pageerror', (error) => {
    throw error;
  });
  await openPanelPage(page, { url, metrics, script: path });
  await sleep(WARM_UP_MS);
  await page.evaluate(() => void globalThis.paintedAfterMs.splice(0));
  await page.waitForFunction((count) => globalThis.paintedAfterMs.length >= count, Number(values.samples), {
    polling: 1000,
    timeout: 60_000,
  });
  const timesMs = await page.evaluate(() => globalThis.paintedAfterMs);
  if (values.screenshot !== undefined) {
    await page.screenshot({ path: `${values.screenshot}-${name.replaceAll(' ', '-')}.png` });
  }
  await page.close();
  return timesMs;
}
