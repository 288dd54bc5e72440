import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inRepo } from '../tools/lib/paths.mjs';
import { launchBrowser } from './browser.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { lastingPort } from './lasting-port.ts';
import { freeOrigin, serveFolder, type WebServer } from './web-server.ts';

/** The distribution's own, which has the libraries of its packages. */
const PYTHON = '/usr/bin/python3';
const isMissing = spawnSync(PYTHON, ['-c', 'import websockets']).status !== 0;
const because = isMissing ? ' (skipped: there is no python3-websockets here)' : '';

interface Told {
  /** `seq` of the samples, and reasons of gaps, in the order told. */
  readonly told: (number | string)[];
}

describe.skipIf(isMissing)(`a panel of a server of somebody else${because}`, () => {
  let browser: Browser;
  let port: number;
  let origin: string;
  let server: ChildProcess;
  /** Between the page and the server. */
  let door: FaultProxy;
  let pages: WebServer;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    port = await lastingPort('agent');
    origin = await freeOrigin();
    await startServer();
    door = await FaultProxy.start(`http://127.0.0.1:${port}/`);
    pages = await serveFolder(inRepo('dist', 'package'), origin, {
      '/': `<!doctype html><html lang="en"><title>Shop</title>
        <script type="module" src="metrics-panel.js"></script>
        <metrics-panel src="${door.url.replace('http', 'ws')}metrics" metrics="orders,jobs.*" points="60"></metrics-panel>
        <script>
          const told = (globalThis.told = []);
          const panel = document.querySelector('metrics-panel');
          panel.addEventListener('sample', ({ detail }) => told.push(detail.seq));
          panel.addEventListener('gap', ({ detail }) => told.push(detail.reason));
        </script>`,
    });
    page = await browser.newPage();
    await page.goto(pages.url);
    await page.waitForFunction(() => (globalThis as unknown as Told).told.includes(3));
  });
  afterEach(async () => {
    await page.close();
    await Promise.all([pages.stop(), door.stop()]);
    await kill();
  });

  async function startServer(): Promise<void> {
    server = spawn(PYTHON, [inRepo('examples', 'own-server', 'server.py'), String(port), origin], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await once(server, 'spawn');
  }

  async function kill(): Promise<void> {
    server.kill('SIGKILL');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }

  const badge = (): Promise<string> => page.locator('connection-badge .word').innerText();
  const told = (): Promise<Told['told']> => page.evaluate(() => (globalThis as unknown as Told).told);

  it('shows its metrics with their names and units', async () => {
    const charts = page.locator('metric-chart');
    expect(await charts.evaluateAll((all) => all.map(({ dataset }) => dataset['metric']))).toEqual([
      'orders',
      'jobs.waiting',
    ]);
    await expect.poll(label).toMatch(/^Orders: [\d.]+ \/s\. /);
    expect(await page.locator('metric-chart .label').allInnerTexts()).toEqual(['Orders', 'Waiting jobs']);
    expect(await page.locator('metric-chart .value').first().innerText()).toMatch(/^[\d.]+\s*\/s$/);
  });

  const label = async (): Promise<string> =>
    (await page.locator('metric-chart canvas').first().getAttribute('aria-label')) ?? '';
  /** What was told between the last sample before a time and the first after it. */
  const around = async (reason: string): Promise<(number | string | undefined)[]> => {
    const all = await told();
    const at = all.indexOf(reason);
    return at < 0 ? [] : [all[at - 1], reason, all[at + 1]];
  };

  it('draws the hole and its cause where the server took no samples, and greys its charts meanwhile', async () => {
    server.kill('SIGSTOP');
    await expect.poll(badge).toBe('No samples');
    server.kill('SIGCONT');
    await expect.poll(badge).toBe('Connected');
    await expect.poll(label).toContain('Missing in between: Agent stalled');
    const [before, , after] = await around('stall');
    expect(after).toBe(Number(before) + 1);
  });

  it('reconnects to a server that was killed, and draws what is missing', async () => {
    const killedAtMs = Date.now();
    await kill();
    await expect.poll(badge).toBe('Reconnecting');
    // Less than that may be one late sample, and is not drawn.
    await expect.poll(() => Date.now() - killedAtMs).toBeGreaterThan(4000);
    await startServer();
    await expect.poll(badge).toBe('Connected');
    await expect.poll(label).toContain('Missing in between: Agent restarted');
    expect((await around('agent_restart'))[2]).toBe(1);
  });

  it('gets what the server sampled while the page was out of reach, without a gap', async () => {
    door.cut();
    await expect.poll(badge).toBe('Reconnecting');
    const [last = 0] = (await told()).slice(-1);
    door.restore();
    await expect.poll(badge).toBe('Connected');
    await expect.poll(async () => (await told()).length).toBeGreaterThan(Number(last) + 2);
    const all = await told();
    expect(all).toEqual(all.map((_, i) => Number(all[0]) + i));
  });
});
