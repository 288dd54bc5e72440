/**
 * Does anything grow? The agent with a dashboard, or a panel of so many charts at 10 Hz, open in a headless Chromium and a client that
 * follows everything ten times a second.
 * Each half minute a row: memory, descriptors and processor time of the agent, heap and nodes of the page. At the end, what
 * grew by the hour.
 *
 *   npm run build && npx tsx bench/soak.ts [--charts 24] [--minutes 60] [--warm-up 10] [--every 30]
 *
 * Linux only. The rows come as they are taken, so that a run which is cut short tells what it saw; Ctrl-C ends it with the slopes.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';
import { locateBrowser } from '../tools/browser/locate.mjs';
import { metricNames } from './agents/metric-names.ts';
import { Subscriber } from './agents/subscriber.ts';
import { printConditions } from './measure/conditions.ts';
import { slope } from './measure/lines.ts';
import { cpuMs, residentBytes } from './measure/process-values.ts';
import { printTable } from './measure/table.ts';
import { openPanelPage } from './pages/open-panel-page.ts';
import { bundlePage } from './processes/bundle.ts';
import { startAgent } from './servers/agent-process.ts';

const FAST_MS = 100;

const { values } = parseArgs({
  options: {
    /** A panel with so many instead of the dashboard. */
    charts: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    /** Minutes that the slopes leave out. */
    'warm-up': { type: 'string', default: '10' },
    /** Seconds from row to row. */
    every: { type: 'string', default: '30' },
  },
});
const everyMs = Number(values.every) * 1000;

interface Row {
  readonly minute: number;
  readonly [value: string]: number;
}

printConditions();
const agent = await startAgent();
const client = await Subscriber.ofEverything(agent.port, FAST_MS);
const executablePath = locateBrowser();
if (executablePath === undefined) throw new Error('No browser: run `npm test` once, or set CHROME_PATH');
const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS, handleSIGINT: false });
const page = await browser.newPage(
  values.charts === undefined
    ? { viewport: { width: 1280, height: 800 } }
    : { viewport: { width: 1900, height: 1200 }, bypassCSP: true },
);
const troubles: string[] = [];
page.on('pageerror', ({ message }) => troubles.push(message));
page.on('console', (message) => {
  if (message.type() === 'error') troubles.push(message.text());
});
page.on('crash', () => troubles.push('The page has crashed'));
await openPage(`http://127.0.0.1:${agent.port}`);
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable');

const rows: Row[] = [];
const startMs = performance.now();
process.removeAllListeners('SIGINT');
process.once('SIGINT', () => void end());
let last = { atMs: startMs, agentCpuMs: cpuMs(agent.pid), pageCpuMs: 0, samples: 0, tables: 0 };
for (let count = 1; count * everyMs <= Number(values.minutes) * 60_000; count += 1) {
  await sleep(startMs + count * everyMs - performance.now());
  const row = await look();
  if (rows.length === 0) printHead(Object.keys(row));
  rows.push(row);
  console.log(`| ${Object.values(row).join(' | ')} |`);
}
await end();

async function openPage(url: string): Promise<void> {
  if (values.charts === undefined) {
    await page.goto(url);
    return;
  }
  const metrics = (await metricNames(agent.port)).slice(0, Number(values.charts));
  await openPanelPage(page, { url, metrics, script: await bundlePage('pages/panel-page.ts') });
  const charts = page.locator('metrics-panel metric-chart canvas');
  await charts.nth(metrics.length - 1).waitFor();
  console.log(`${await charts.count()} charts`);
}

/** Garbage of the page is collected first: what is left is what it holds. */
async function look(): Promise<Row> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const ofPage = new Map(metrics.map(({ name, value }) => [name, value]));
  const now = {
    atMs: performance.now(),
    agentCpuMs: cpuMs(agent.pid),
    pageCpuMs: (ofPage.get('TaskDuration') ?? Number.NaN) * 1000,
    samples: client.samples,
    tables: client.tables,
  };
  const perSecond = (key: keyof typeof now): number =>
    ((now[key] - last[key]) * 1000) / (now.atMs - last.atMs);
  const row = {
    minute: rounded((now.atMs - startMs) / 60_000),
    'agent RSS MB': rounded(residentBytes(agent.pid) / 1e6),
    'agent heap MB': rounded((client.value('agent.heap') ?? Number.NaN) / 1e6),
    'agent descriptors': readdirSync(`/proc/${agent.pid}/fd`).length,
    'agent CPU %': rounded(perSecond('agentCpuMs') / 10),
    'page heap MB': rounded((ofPage.get('JSHeapUsedSize') ?? Number.NaN) / 1e6),
    'page nodes': ofPage.get('Nodes') ?? Number.NaN,
    'page listeners': ofPage.get('JSEventListeners') ?? Number.NaN,
    'page CPU %': rounded(perSecond('pageCpuMs') / 10),
    'samples /s': rounded(perSecond('samples')),
    'tables /s': rounded(perSecond('tables')),
    troubles: troubles.length,
  };
  last = now;
  return row;
}

async function end(): Promise<void> {
  const warmUp = Number(values['warm-up']);
  const steady = rows.filter(({ minute }) => minute > warmUp);
  const measured = Object.keys(rows[0] ?? {}).filter((name) => name !== 'minute');
  if (steady.length > 1) {
    printTable(
      `After ${warmUp} minutes of warm-up: ${steady.length} rows over ${(steady.length * everyMs) / 60_000} minutes`,
      measured.map((figure) => {
        const points = steady.map((row) => ({ x: row.minute / 60, y: row[figure] ?? Number.NaN }));
        const ys = points.map(({ y }) => y);
        return {
          value: figure,
          first: String(ys[0]),
          last: String(ys.at(-1)),
          'lowest to highest': `${Math.min(...ys)} to ${Math.max(...ys)}`,
          'slope per hour': slope(points).toFixed(2),
        };
      }),
    );
  }
  console.log(`\n${troubles.length} troubles on the page`);
  for (const text of troubles.slice(0, 10)) console.log(`- ${text}`);
  client.close();
  await browser.close();
  await agent.stop();
  process.exit(0);
}

function printHead(names: readonly string[]): void {
  console.log(`\n| ${names.join(' | ')} |\n| ${names.map(() => '---').join(' | ')} |`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
