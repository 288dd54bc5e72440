/**
 * What does a tick cost the main thread of a page with charts? The product's `<metric-chart>`s, Chart.js with its default options and
 * bare canvases that draw the same picture, in turns in pages of a real Chromium.
 *
 *   npx tsx bench/chart-drawing.ts [--rounds 7] [--ticks 20] [--interval 250] [--gpu] [--cpu-profile FILE]
 *
 * Measured is what Chromium's main thread computed (`TaskDuration` in thread time, Chrome DevTools Protocol, `Performance`) from before the first
 * tick until after the last one, over the ticks: scripts (Lit's update and the animation frame among them), styles, layout and paint.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium, type CDPSession, type Page } from 'playwright';
import { ensureBrowser } from '../tools/browser/ensure.mjs';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';
import { printConditions } from './measure/conditions.ts';
import { median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { bundlePage } from './processes/bundle.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ticks: { type: 'string', default: '20' },
    interval: { type: 'string', default: '250' },
    /** Canvases are rasterised by a process of their own, as where there is a GPU (here in software), not by the main thread. */
    gpu: { type: 'boolean', default: false },
    'cpu-profile': { type: 'string' },
  },
});
const ticks = Number(values.ticks);
const intervalMs = Number(values.interval);

const OURS = '<metric-chart>';
const PLAIN = "Chart.js, `update('none')`";
const BARE = 'bare canvas';
/** Ticks until scripts are compiled as far as they ever are. */
const WARM_UP_TICKS = 40;
const WARM_UP_INTERVAL_MS = 50;
const SOFTWARE_GPU = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

const scripts = [
  await bundlePage('pages/yardsticks.ts', { withColours: true }),
  await bundlePage('pages/product-charts.ts'),
];
printConditions();
const browser = await chromium.launch({
  executablePath: await ensureBrowser(),
  args: values.gpu
    ? [...BROWSER_FLAGS.filter((flag) => flag !== '--disable-gpu'), ...SOFTWARE_GPU]
    : BROWSER_FLAGS,
});
console.log(`Chromium ${browser.version()}, headless, ${values.gpu ? 'a GPU in software' : 'no GPU'}`);

const few = await measure(24, [PLAIN, OURS, BARE]);
const dozen = await measure(12, [OURS]);
const many = await measure(100, [OURS]);
await browser.close();

const ours = few.get(OURS) ?? [];
const ratios = (name: string): number =>
  median((few.get(name) ?? []).map((ms, round) => (ours[round] ?? Number.NaN) / ms));
printTable(
  `A tick of 24 visible charts, ${values.rounds} × ${ticks} ticks, one each ${intervalMs} ms; ms of the main thread`,
  [...few].map(([way, ms]) => row(way, ms)),
);
console.log(`\n- ${verdict(ratios(PLAIN), 0.2, `× ${PLAIN}`)}`);
console.log(`- ${verdict(ratios(BARE), 3, `× ${BARE}`)}`);
const [twelve = []] = dozen.values();
const [hundred = []] = many.values();
printTable('Charts that are not visible', [
  row('12 charts, all visible', twelve),
  row('100 charts, of which 12 are visible', hundred),
]);
console.log(`\n- ${(median(hundred) / median(twelve)).toFixed(2)} × 12 alone`);

/** Milliseconds per tick, of each way in each round. Each has a page and a process of its own: no garbage of another is collected there. */
async function measure(charts: number, names: readonly string[]): Promise<Map<string, number[]>> {
  const tabs = new Map<string, Tab>();
  for (const name of names) {
    const tab = await openTab(charts);
    await run(tab.page, name, WARM_UP_TICKS, WARM_UP_INTERVAL_MS);
    tabs.set(name, tab);
    if (values['cpu-profile'] !== undefined && charts === 24 && name === OURS)
      await profile(tab, values['cpu-profile']);
  }
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, { page, session }] of tabs) {
      await run(page, name, 2, intervalMs);
      const before = await taskMs(session);
      await run(page, name, ticks, intervalMs);
      samples.get(name)?.push(((await taskMs(session)) - before) / ticks);
    }
  }
  for (const { page } of tabs.values()) await page.context().close();
  return samples;
}

interface Tab {
  readonly page: Page;
  readonly session: CDPSession;
}

async function openTab(charts: number): Promise<Tab> {
  // Twelve of a hundred: two rows of six.
  const viewport = { width: 1900, height: charts === 24 ? 1060 : 440 };
  const page = await (await browser.newContext({ viewport })).newPage();
  // Charts that fail cost nothing.
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.route('http://bench.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>charts</title><body>' }),
  );
  await page.goto(`http://bench.test/?charts=${charts}`);
  for (const path of scripts) await page.addScriptTag({ path, type: 'module' });
  await page.waitForFunction((count) => globalThis.drawnWays?.size === count, 3);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { page, session };
}

async function run(page: Page, name: string, count: number, everyMs: number): Promise<void> {
  await page.evaluate(([way, total, interval]) => globalThis.waysOnPage.run(way, total, interval), [
    name,
    count,
    everyMs,
  ] as const);
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}

async function profile({ page, session }: Tab, path: string): Promise<void> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 100 });
  await session.send('Profiler.start');
  await run(page, OURS, 100, 50);
  writeFileSync(path, JSON.stringify((await session.send('Profiler.stop')).profile));
}

function row(way: string, ms: readonly number[]): Record<string, string> {
  return {
    way,
    'median of the rounds': median(ms).toFixed(2),
    'p10 to p90': `${quantile(ms, 0.1).toFixed(2)} to ${quantile(ms, 0.9).toFixed(2)}`,
  };
}
