/**
 * Does anything grow? The agent with a dashboard, or with a panel of `--charts` charts at 10 Hz, open in a headless Chromium, and a
 * client that follows everything ten times a second. Prints a row each half minute, and at the end what grew by the hour.
 *
 *   npm run build && npx tsx bench/soak.ts [--charts 24] [--minutes 60] [--warm-up 10] [--every 30]
 *
 * Linux only. `--warm-up` is minutes that the slopes leave out, `--every` seconds from row to row. Ctrl-C ends it with the slopes.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright';
import { Follower, startAgent } from './harness/agent.ts';
import { begin, printTable } from './harness/bench.ts';
import { bundlePage, openBrowser, openPage } from './harness/pages.ts';
import { cpuMs, residentBytes } from './harness/processes.ts';
import { slope } from './harness/statistics.ts';

const options = begin({ charts: 0, minutes: 60, 'warm-up': 10, every: 30 });
const { charts, minutes, every } = options;

/** Those of all templates, in shadow roots too. As text: what `tsx` adds to functions is not there in a page. */
const COUNT_COMMENTS = `(() => {
  const countIn = (root) => {
    let count = 0;
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_ELEMENT);
    while (nodes.nextNode()) {
      const { nodeType, shadowRoot } = nodes.currentNode;
      if (nodeType === Node.COMMENT_NODE) count += 1;
      else if (shadowRoot !== null) count += countIn(shadowRoot);
    }
    return count;
  };
  return countIn(document);
})()`;

interface Row {
  readonly minute: number;
  readonly [value: string]: number;
}

const agent = await startAgent();
const client = await Follower.start(agent.url, { intervalMs: 100 });
const browser = await openBrowser();
const page = await open();
const troubles: string[] = [];
page.on('pageerror', ({ message }) => troubles.push(message));
page.on('crash', () => troubles.push('The page has crashed'));
page.on('console', (message) => {
  if (message.type() === 'error') troubles.push(message.text());
});
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable');

const rows: Row[] = [];
const startMs = performance.now();
process.removeAllListeners('SIGINT');
process.once('SIGINT', () => void end());
let last = { atMs: startMs, agentCpuMs: cpuMs(agent.pid), pageCpuMs: 0, samples: 0, tables: 0 };
for (let count = 1; count * every <= minutes * 60; count += 1) {
  await sleep(startMs + count * every * 1000 - performance.now());
  const row = await look();
  const names = Object.keys(row);
  if (rows.length === 0) console.log(`\n| ${names.join(' | ')} |\n| ${names.map(() => '---').join(' | ')} |`);
  rows.push(row);
  console.log(`| ${Object.values(row).join(' | ')} |`);
}
await end();

async function open(): Promise<Page> {
  if (charts === 0) {
    const dashboard = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await dashboard.goto(agent.url);
    return dashboard;
  }
  const metrics = client.series.slice(0, charts).map(({ name }) => name);
  const script = await bundlePage('pages/panel-page.ts');
  const panel = await openPage(browser, {
    url: agent.url,
    script,
    query: { metrics: metrics.join(','), interval: '100' },
  });
  await panel
    .locator('metrics-panel metric-chart canvas')
    .nth(charts - 1)
    .waitFor();
  return panel;
}

async function look(): Promise<Row> {
  // What is left then is what the page holds.
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const ofPage = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const now = {
    atMs: performance.now(),
    agentCpuMs: cpuMs(agent.pid),
    pageCpuMs: ofPage('TaskDuration') * 1000,
    samples: client.samples,
    tables: client.tables,
  };
  const perSecond = (key: keyof typeof now): number =>
    ((now[key] - last[key]) * 1000) / (now.atMs - last.atMs);
  const row = {
    minute: (now.atMs - startMs) / 60_000,
    'agent RSS MB': residentBytes(agent.pid) / 1e6,
    'agent heap MB': (client.value('agent.heap') ?? Number.NaN) / 1e6,
    'agent descriptors': readdirSync(`/proc/${agent.pid}/fd`).length,
    'agent CPU %': perSecond('agentCpuMs') / 10,
    'page heap MB': ofPage('JSHeapUsedSize') / 1e6,
    'page nodes': ofPage('Nodes'),
    'page comments': Number(await page.evaluate(COUNT_COMMENTS)),
    'page listeners': ofPage('JSEventListeners'),
    'page CPU %': perSecond('pageCpuMs') / 10,
    'samples /s': perSecond('samples'),
    'tables /s': perSecond('tables'),
    troubles: troubles.length,
  };
  last = now;
  const rounded = Object.entries(row).map(([name, value]) => [name, Math.round(value * 100) / 100]);
  return Object.fromEntries(rounded) as Row;
}

async function end(): Promise<void> {
  const steady = rows.filter(({ minute }) => minute > options['warm-up']);
  printTable(
    `After ${options['warm-up']} minutes of warm-up: ${steady.length} rows over ${(steady.length * every) / 60} minutes`,
    Object.keys(rows[0] ?? {})
      .slice(1)
      .map((value) => {
        const points = steady.map((row) => ({ x: row.minute / 60, y: row[value] ?? Number.NaN }));
        const ys = points.map(({ y }) => y);
        return {
          value,
          first: String(ys[0]),
          last: String(ys.at(-1)),
          'lowest to highest': `${Math.min(...ys)} to ${Math.max(...ys)}`,
          'slope per hour': slope(points).toFixed(2),
        };
      }),
  );
  console.log(`\n${troubles.length} troubles on the page`);
  for (const text of troubles.slice(0, 10)) console.log(`- ${text}`);
  client.stop();
  await browser.close();
  await agent.stop();
  process.exit(0);
}
