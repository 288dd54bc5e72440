/**
 * How long from a sample to its pixels, and what does that cost the main thread? The agent's own panel beside a page without any
 * library that draws bare canvases, and one that draws with Chart.js as it comes, in turns in a real Chromium.
 *
 *   npm run build && npx tsx bench/sample-to-pixel.ts [--charts 24] [--hertz 10] [--rounds 3] [--samples 150] [--gpu] [--screenshot FILE]
 *
 * Delays are from the sample's own time (the agent's clock, which is this machine's) to the first task after the frame that shows it;
 * a display of 60 Hz adds up to 17 ms. Main thread is what Chromium computed there (`TaskDuration` in thread time): receiving,
 * scripts, styles, layout and paint. `--charts 100` has most of the charts off the screen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { Follower, startAgent } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { bundlePage, openBrowser, openPage } from './harness/pages.ts';
import { quantile, Rounds } from './harness/statistics.ts';

const { charts, hertz, rounds, samples, gpu, screenshot } = begin({
  charts: 24,
  hertz: 10,
  rounds: 3,
  samples: 150,
  gpu: false,
  screenshot: '',
});
const WARM_UP_MS = 4000;
const [PANEL, BARE, CHART_JS] = ['panel', 'bare canvas', 'Chart.js'];
const panelScript = await bundlePage('pages/panel-page.ts');
const canvasScript = await bundlePage('pages/canvas-page.ts');

const agent = await startAgent();
const follower = await Follower.start(agent.url);
const metrics = follower.series.slice(0, charts).map(({ name }) => name);
follower.stop();
if (metrics.length < charts) throw new RangeError(`This host has ${metrics.length} metrics only`);
const browser = await openBrowser({ hasGpu: gpu });
const results = await Rounds.run([PANEL, BARE, CHART_JS], rounds, watch);
await browser.close();
await agent.stop();

printTable(
  `${charts} charts at ${hertz} Hz, ${rounds} × ${samples} samples`,
  [PANEL, BARE, CHART_JS].map((name) => {
    const delays = results.of(name).flatMap(({ delaysMs }) => delaysMs);
    return {
      page: name,
      'sample to pixel ms: p50': quantile(delays, 0.5).toFixed(1),
      p99: quantile(delays, 0.99).toFixed(1),
      max: quantile(delays, 1).toFixed(1),
      'main thread, ms per sample': results.median(name, ({ threadMs }) => threadMs).toFixed(2),
      'of bare canvas': `${results.ratio(name, BARE, ({ threadMs }) => threadMs).toFixed(2)} ×`,
      'of Chart.js': `${results.ratio(name, CHART_JS, ({ threadMs }) => threadMs).toFixed(2)} ×`,
    };
  }),
);
const p99 = (name: string): number => results.median(name, ({ delaysMs }) => quantile(delaysMs, 0.99));
console.log('');
printVerdict('p99 of the panel', p99(PANEL) / p99(BARE), 3, '× bare canvas');
process.exit(0);

interface Watched {
  readonly delaysMs: readonly number[];
  readonly threadMs: number;
}

/** Each has a page and a process of its own: garbage of one is not collected at the cost of another. */
async function watch(name: string, round: number): Promise<Watched> {
  const page = await openPage(browser, {
    url: agent.url,
    script: name === PANEL ? panelScript : canvasScript,
    query: {
      metrics: metrics.join(','),
      interval: String(1000 / hertz),
      ...(name === CHART_JS ? { draw: 'chart.js' } : {}),
    },
  });
  await sleep(WARM_UP_MS);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const threadMs = async (): Promise<number> => {
    const { metrics: found } = await devtools.send('Performance.getMetrics');
    return 1000 * (found.find((metric) => metric.name === 'TaskDuration')?.value ?? Number.NaN);
  };
  await page.evaluate(() => void globalThis.paintedAfterMs.splice(0));
  const before = await threadMs();
  const delaysMs = await painted(page);
  const cost = ((await threadMs()) - before) / delaysMs.length;
  if (screenshot !== '' && round === 0) {
    await page.screenshot({ path: `${screenshot}-${name.replaceAll(' ', '-')}.png` });
  }
  await page.context().close();
  return { delaysMs, threadMs: cost };
}

async function painted(page: Page): Promise<number[]> {
  await page.waitForFunction((count) => globalThis.paintedAfterMs.length >= count, samples, {
    polling: 1000,
    timeout: 60_000 + (samples / hertz) * 2000,
  });
  return page.evaluate(() => globalThis.paintedAfterMs);
}
