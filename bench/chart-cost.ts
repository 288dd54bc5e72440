/**
 * What does a sample cost the main thread of a page with charts? The product's `<metric-chart>`s, Chart.js with its default options
 * and bare canvases that draw the same picture, in turns in pages of a real Chromium.
 *
 *   npx tsx bench/chart-cost.ts [--charts 24] [--rounds 9] [--ticks 20] [--interval 250] [--gpu] [--before FOLDER] [--ways plain,stacked] [--profile FILE]
 *
 * Measured is what Chromium's main thread computed (`TaskDuration` in thread time, Chrome DevTools Protocol, `Performance`) over the
 * ticks: scripts (Lit's update and the animation frame among them), styles, layout and paint. `--gpu`: canvases are rasterised by a
 * process of their own, as where there is a GPU (here in software), not by the main thread. Needs no build and no agent.
 */
import { writeFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'playwright';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { bundlePage, openBrowser } from './harness/pages.ts';
import { quantile, Rounds } from './harness/statistics.ts';

const { charts, rounds, ticks, interval, gpu, before, ways, profile } = begin({
  charts: 24,
  rounds: 9,
  ticks: 20,
  interval: 250,
  gpu: false,
  before: '',
  ways: 'plain,stacked,mirrored',
  profile: '',
});
const [BARE, CHART_JS, BEFORE] = ['bare canvas', "Chart.js, `update('none')`", 'plain, before'];
const TARGETS = gpu ? { bare: 2.5, chartJs: 0.22 } : { bare: 1.8, chartJs: Number.NaN };
/** Ticks until scripts are compiled as far as they ever are. */
const WARM_UP_TICKS = 40;
const WARM_UP_INTERVAL_MS = 50;

interface Tab {
  readonly page: Page;
  readonly session: CDPSession;
}

const yardsticks = await bundlePage('pages/yardstick-page.ts');
const elements = await bundlePage('pages/element-page.ts');
const scripts = new Map([
  [BARE, { script: yardsticks, way: 'bare' }],
  [CHART_JS, { script: yardsticks, way: 'chart.js' }],
  ...ways.split(',').map((way) => [way, { script: elements, way }] as const),
]);
if (before !== '') {
  scripts.set(BEFORE, { script: await bundlePage('pages/element-page.ts', before), way: 'plain' });
}
const browser = await openBrowser({ hasGpu: gpu });
const tabs = new Map<string, Tab>();
for (const [name, { script, way }] of scripts) {
  const tab = await openTab(browser, script, way);
  await tab.page.evaluate(([count, everyMs]) => globalThis.tickCharts(count, everyMs), [
    WARM_UP_TICKS,
    WARM_UP_INTERVAL_MS,
  ] as const);
  tabs.set(name, tab);
}
if (profile !== '') await writeProfile(ways.split(',')[0] ?? '', profile);
const results = await Rounds.run([...scripts.keys()], rounds, turn);
await browser.close();

const ms = (value: number): number => value;
printTable(
  `${charts} charts, ${rounds} × ${ticks} ticks, one each ${interval} ms; ms of the main thread a tick`,
  [...scripts.keys()].map((name) => ({
    way: name,
    'median of the rounds': results.median(name, ms).toFixed(2),
    'p10 to p90': `${quantile(results.of(name), 0.1).toFixed(2)} to ${quantile(results.of(name), 0.9).toFixed(2)}`,
    'of bare canvas': `${results.ratio(name, BARE, ms).toFixed(2)} ×`,
    'of Chart.js': `${results.ratio(name, CHART_JS, ms).toFixed(2)} ×`,
    'of plain': `${results.ratio(name, 'plain', ms).toFixed(2)} ×`,
  })),
);
console.log('');
if (scripts.has('plain')) {
  printVerdict('plain', results.ratio('plain', BARE, ms), TARGETS.bare, '× bare canvas');
  if (gpu) printVerdict('plain', results.ratio('plain', CHART_JS, ms), TARGETS.chartJs, '× Chart.js');
  if (scripts.has('stacked')) printVerdict('stacked', results.ratio('stacked', 'plain', ms), 1.5, '× plain');
}

/** Each has a process of its own: garbage of one is not collected at the cost of another. */
async function openTab(within: Browser, script: string, way: string): Promise<Tab> {
  const context = await within.newContext({ viewport: { width: 1900, height: 1060 } });
  const page = await context.newPage();
  // Charts that fail cost nothing.
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.route('http://bench.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>charts</title><body>' }),
  );
  await page.goto(`http://bench.test/?way=${way}&charts=${charts}`);
  await page.addScriptTag({ path: script, type: 'module' });
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { page, session };
}

async function turn(name: string): Promise<number> {
  await run(name, 2);
  const startMs = await taskMs(name);
  await run(name, ticks);
  return ((await taskMs(name)) - startMs) / ticks;
}

function tabOf(name: string): Tab {
  const tab = tabs.get(name);
  if (tab === undefined) throw new RangeError(`No way is called ${name}`);
  return tab;
}

async function run(name: string, count: number, everyMs = interval): Promise<void> {
  await tabOf(name).page.evaluate(([total, each]) => globalThis.tickCharts(total, each), [
    count,
    everyMs,
  ] as const);
}

async function taskMs(name: string): Promise<number> {
  const { metrics } = await tabOf(name).session.send('Performance.getMetrics');
  return 1000 * (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? Number.NaN);
}

async function writeProfile(name: string, path: string): Promise<void> {
  const { session } = tabOf(name);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 100 });
  await session.send('Profiler.start');
  await run(name, 100, 50);
  writeFileSync(path, JSON.stringify((await session.send('Profiler.stop')).profile));
}
