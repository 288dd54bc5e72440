import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureBrowser } from './browser/ensure.mjs';
import { BROWSER_FLAGS } from './browser/flags.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { inventedDay } from './lib/invented-day.mjs';
import { inRepo } from './lib/paths.mjs';

const FOLDER = inRepo('.cache', 'screenshots');
const IN_DOCS = inRepo('docs', 'images');
/** States of the element that docs/embedding.md shows. */
const STATES_IN_DOCS = new Set(['live', 'gap', 'stale', 'reconnecting', 'error', 'width-160', 'dark']);
/** Long enough for 20 points at the default interval. */
const UNTIL_FULL_MS = 22_000;
const PAUSED_MS = 7000;
const PROGRAM = inRepo('dist', 'agent', 'main.js');

/**
 * `npm run screenshots`: the pictures of README and documents, from real agents on this machine: the dashboard, light, dark and with an invented
 * day, the overview with invented hosts, and the element. All states of the element, to look at, go to `.cache/screenshots`.
 */
export async function takeScreenshots() {
  await ensureBuilt();
  const executablePath = await ensureBrowser();
  const { chromium } = await import('playwright');
  await mkdir(FOLDER, { recursive: true });

  const pages = createHttpServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(
      '<!doctype html><html lang="en"><meta name="color-scheme" content="light dark"><title>States</title><body style="margin:1rem"></body>',
    );
  });
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  const origin = urlOf(pages);
  // Accepts connections and never answers.
  const silent = createTcpServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');

  const folder = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  const agents = await Promise.all(
    ['live', 'stale', 'gap', 'reconnecting', 'error'].map(async (name) => {
      const env =
        name === 'error'
          ? { METRICS_PANEL_TOKEN: 'a-secret-of-32-random-characters' }
          : name === 'live'
            ? historyIn(folder, name)
            : {};
      return /** @type {const} */ ([name, await startAgent(origin, env)]);
    }),
  );
  const agentOf = new Map(agents);
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS });
  try {
    /** @param {string} name @param {Record<string, string>} attributes @param {object} [options] @param {string} [src] */
    const open = async (name, attributes, options = {}, src = agentOf.get('live')?.url) => {
      const page = await browser.newPage({
        viewport: { width: 760, height: 320 },
        colorScheme: 'light',
        ...options,
      });
      await page.goto(origin);
      await page.evaluate(
        ({ all, script }) => {
          const panel = document.createElement('metrics-panel');
          for (const [key, value] of Object.entries(all)) panel.setAttribute(key, value);
          document.body.append(panel);
          const module = document.createElement('script');
          Object.assign(module, { type: 'module', src: script });
          document.body.append(module);
        },
        {
          all: { ...attributes, src: src ?? '' },
          script: `${agentOf.get('live')?.url}embed/metrics-panel.js`,
        },
      );
      return { name, page };
    };
    const both = { metrics: 'cpu,memory' };
    const shots = [
      await open('live', both),
      await open('stale', both, {}, agentOf.get('stale')?.url),
      await open('gap', both, {}, agentOf.get('gap')?.url),
      await open('reconnecting', both, {}, agentOf.get('reconnecting')?.url),
      await open('error', both, {}, agentOf.get('error')?.url),
      await open('empty', { metrics: 'nothing.*' }),
      await open('width-160', both, { viewport: { width: 192, height: 700 } }),
      await open('width-320', both, { viewport: { width: 352, height: 800 } }),
      await open(
        'wide',
        { metrics: 'cpu,memory,cpu.*,memory.*' },
        { viewport: { width: 2400, height: 900 } },
      ),
      await open('dark', both, { colorScheme: 'dark' }),
      await open('forced-colors', both, { forcedColors: 'active' }),
      await open('zh-CN', { ...both, lang: 'zh-CN' }),
      await open('row', { ...both, layout: 'row' }),
      await open('compact', { ...both, layout: 'compact' }),
      await open('sparkline', { ...both, layout: 'sparkline' }),
    ];
    // Before it reports that nobody answers.
    const loading = await open('loading', both, {}, urlOf(silent));
    await wait(2000);
    await loading.page.screenshot({ path: `${FOLDER}/loading.png` });
    await loading.page.close();
    await wait(UNTIL_FULL_MS - PAUSED_MS - 4000);
    agentOf.get('gap')?.process.kill('SIGSTOP');
    await wait(PAUSED_MS);
    agentOf.get('gap')?.process.kill('SIGCONT');
    agentOf.get('stale')?.process.kill('SIGSTOP');
    agentOf.get('reconnecting')?.process.kill('SIGKILL');
    await wait(6000);
    for (const { name, page } of shots) {
      await page.screenshot({ path: `${FOLDER}/${name}.png` });
      if (STATES_IN_DOCS.has(name)) {
        await page.locator('metrics-panel').screenshot({ path: `${IN_DOCS}/element-${name}.png` });
      }
    }
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 960 } });
      await page.goto(agentOf.get('live')?.url ?? '');
      await page.locator('metric-chart canvas[aria-label*="in 20 samples"]').first().waitFor();
      await page.screenshot({ path: `${IN_DOCS}/dashboard-${colorScheme}.png` });
    }
    await takeHosts(browser);
    await takeAlerts(browser, origin, folder);
    await takeDay(browser, origin, folder);
  } finally {
    await browser.close();
    for (const { process: agent } of agentOf.values()) agent.kill('SIGKILL');
    pages.close();
    pages.closeAllConnections();
    silent.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The overview of many hosts, which are invented. @param {import('playwright').Browser} browser */
async function takeHosts(browser) {
  const program = inRepo('e2e', 'programs', 'simulated-hosts.ts');
  const hosts = spawn(process.execPath, ['--import', 'tsx', program, '240'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [url] = await once(createInterface({ input: hosts.stdout }), 'line');
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
      await page.goto(url);
      await page.getByText('Needs attention').first().waitFor();
      // The small lines come once a row has been in sight for a moment.
      await wait(4000);
      await page.screenshot({ path: `${IN_DOCS}/hosts-${colorScheme}.png` });
      await page.close();
    }
  } finally {
    hosts.kill('SIGKILL');
  }
}

/** The list of alerts beside charts of which two fired. @param {import('playwright').Browser} browser @param {string} origin @param {string} folder */
async function takeAlerts(browser, origin, folder) {
  const file = join(folder, 'alerts.yaml');
  await writeFile(
    file,
    `rules:
  memory-in-use: { title: Memory in use, metric: memory, above: 1, severity: warning }
  long-uptime: { title: Restart is due, metric: system.uptime, above: 1 }
`,
  );
  const agent = await startAgent(origin, { METRICS_PANEL_ALERTS: file, ...historyIn(folder, 'alerts') });
  try {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 620 } });
      await page.goto(agent.url);
      await page.locator('metric-chart canvas[aria-label*="in 20 samples"]').first().waitFor();
      await page.locator('alert-bell button').click();
      await page.locator('alert-list').getByRole('tabpanel').getByText('Memory in use').waitFor();
      await wait(500);
      await page.screenshot({ path: `${IN_DOCS}/alerts-${colorScheme}.png` });
      await page.close();
    }
  } finally {
    agent.process.kill('SIGKILL');
  }
}

/** Settings of an agent that keeps a history. @param {string} folder @param {string} name */
function historyIn(folder, name) {
  return { METRICS_PANEL_HISTORY: '14', METRICS_PANEL_HISTORY_FOLDER: join(folder, name) };
}

/** The dashboard with the last 24 hours. @param {import('playwright').Browser} browser @param {string} origin @param {string} folder */
async function takeDay(browser, origin, folder) {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const agents = new Set();
  try {
    // What this host has, for the invented values to be of the same metrics.
    const sampler = await startAgent(origin, historyIn(folder, 'sampled'));
    agents.add(sampler.process);
    await historyOf(sampler.url);
    sampler.process.kill('SIGTERM');
    await once(sampler.process, 'exit');
    await importDay(await metricsIn(historyIn(folder, 'sampled')), historyIn(folder, 'invented'));
    const agent = await startAgent(origin, historyIn(folder, 'invented'));
    agents.add(agent.process);
    await historyOf(agent.url);
    const page = await browser.newPage({ colorScheme: 'dark', viewport: { width: 1200, height: 960 } });
    await page.goto(`${agent.url}?window=24h`);
    await page.locator('metric-chart canvas[aria-label*="points"]').nth(5).waitFor();
    const chart = page.locator('metric-chart').first();
    const box = await chart.boundingBox();
    if (box !== null) await page.mouse.move(box.x + box.width * 0.735, box.y + box.height / 2);
    await wait(1000);
    await page.screenshot({ path: `${IN_DOCS}/dashboard-24h.png` });
  } finally {
    for (const agent of agents) agent.kill('SIGKILL');
  }
}

/** Settles when an agent answers from its history. @param {string} url */
async function historyOf(url) {
  while (!(await fetch(`${url}history?metrics=cpu`)).ok) await wait(200);
}

/** @param {Record<string, string>} env @returns {Promise<{ name: string }[]>} */
async function metricsIn(env) {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'history', 'export'], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout.slice(0, stdout.indexOf('\n'))).metrics;
}

/** @param {readonly { name: string }[]} metrics @param {Record<string, string>} env */
async function importDay(metrics, env) {
  const program = spawn(process.execPath, [PROGRAM, 'history', 'import', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [[code]] = await Promise.all([
    once(program, 'exit'),
    pipeline(Readable.from(inventedDay(metrics, Date.now())), program.stdin),
  ]);
  if (code !== 0) throw new Error('The invented day could not be imported');
}

/** @param {string} origin @param {Record<string, string>} env */
async function startAgent(origin, env) {
  const agent = spawn(process.execPath, [PROGRAM, '--port', '0', '--allow-origin', origin.slice(0, -1)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, METRICS_PANEL_HISTORY: 'off', ...env },
  });
  const [line] = await once(createInterface({ input: agent.stdout }), 'line');
  const { url } = JSON.parse(line);
  return { process: agent, url: /** @type {string} */ (url) };
}

/** @param {import('node:net').Server} server */
function urlOf(server) {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : '';
}
