/**
 * What does the overview of many hosts cost the browser? Hosts that do not exist, as a gateway serves them: each says every 10 s how it is, and has samples
 * while somebody looks at it.
 *
 *   npm run build && npx tsx bench/overview.ts [--rounds 5] [--seconds 30] [--most 10000]
 *
 * First paint is from the navigation to the first task after the frame with the first rows, in a browser that has nothing of the page. Main thread is what
 * Chromium computed there (`TaskDuration` in thread time) while no host changed its state: receiving, scripts, styles, layout and paint. Frames are those of
 * five seconds in which the page is scrolled by half its height in each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { simulateHosts } from '../e2e/simulated-hosts.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { openBrowser } from './harness/pages.ts';
import { quantile } from './harness/statistics.ts';

const { rounds, seconds, most } = begin({ rounds: 5, seconds: 30, most: 10_000 });
/** The lines of all rows in sight are there. */
const WARM_UP_MS = 6000;
const SCROLL_MS = 5000;
const FIRST_PAINT_MS = 1000;
const MAIN_THREAD_MS = 10;

/** As text: what `tsx` adds to functions is not there in a page. */
const NOTE_FIRST_ROWS = `
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (globalThis.firstRowsMs = performance.now());
  requestAnimationFrame(function look() {
    const overview = document.querySelector('host-overview')?.shadowRoot;
    const shown = overview?.querySelector('host-rows, host-cards')?.shadowRoot?.querySelector('.row, article');
    if (shown == null) requestAnimationFrame(look);
    else requestAnimationFrame(() => port2.postMessage(null));
  });
`;

declare global {
  var firstRowsMs: number | undefined;
}

const browser = await openBrowser();
const results = [];
for (const count of [3, 30, 1000, most]) {
  const hosts = await simulateHosts(count);
  const paints: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const page = await open(hosts.url);
    paints.push((await page.evaluate(() => globalThis.firstRowsMs)) ?? Number.NaN);
    await page.context().close();
  }
  const page = await open(hosts.url);
  await sleep(WARM_UP_MS);
  const mainThreadMs = await mainThread(page);
  const frames = await scroll(page);
  results.push({
    count,
    firstPaintMs: quantile(paints, 0.5),
    mainThreadMs,
    frames,
    followed: hosts.followed().length,
  });
  await page.context().close();
  await hosts.stop();
}
await browser.close();

printTable(
  `The overview, ${rounds} rounds, ${seconds} s`,
  results.map(({ count, firstPaintMs, mainThreadMs, frames, followed }) => ({
    hosts: String(count),
    'first paint ms, median': firstPaintMs.toFixed(0),
    'main thread ms a second': mainThreadMs.toFixed(2),
    'frame while scrolling ms: p50': quantile(frames, 0.5).toFixed(1),
    p95: quantile(frames, 0.95).toFixed(1),
    'hosts followed': String(followed),
  })),
);
console.log();
const thousand = results.find(({ count }) => count === 1000);
printVerdict('First paint with 1,000 hosts', thousand?.firstPaintMs ?? Number.NaN, FIRST_PAINT_MS, 'ms');
printVerdict(
  'Main thread with 1,000 hosts',
  thousand?.mainThreadMs ?? Number.NaN,
  MAIN_THREAD_MS,
  'ms a second',
);

async function open(url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(NOTE_FIRST_ROWS);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.firstRowsMs !== undefined);
  return page;
}

/** Milliseconds in a second. */
async function mainThread(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentS = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await spentS();
  await sleep(seconds * 1000);
  return ((await spentS()) - before) * (1000 / seconds);
}

/** Milliseconds between two frames. */
function scroll(page: Page): Promise<number[]> {
  return page.evaluate(async (durationMs) => {
    const frames: number[] = [];
    let lastMs = performance.now();
    const endMs = lastMs + durationMs;
    while (lastMs < endMs) {
      scrollBy(0, innerHeight / 2);
      await new Promise(requestAnimationFrame);
      const nowMs = performance.now();
      frames.push(nowMs - lastMs);
      lastMs = nowMs;
    }
    return frames;
  }, SCROLL_MS);
}
