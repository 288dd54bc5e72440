import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { startMeddlingProxy, type Meddling, type MeddlingProxy } from './meddling-proxy.ts';

const INTERVAL_MS = 250;
/** METRICS_PANEL_FAULTS=full waits as long as the issue asks. */
const isFull = process.env['METRICS_PANEL_FAULTS'] === 'full';
const CUT_MS = isFull ? 60_000 : 3000;
const HIDDEN_MS = isFull ? 120_000 : 3000;
/** Enough that nothing leaves the window while a test runs. */
const POINTS = isFull ? 2000 : 400;

let browser: Browser;
let agent: AgentProcess;
let proxy: MeddlingProxy;
let page: Page;

beforeAll(async () => {
  [browser, agent] = await Promise.all([
    launchBrowser(),
    startAgent({ args: ['--interval', String(INTERVAL_MS)] }),
  ]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));
afterEach(async () => {
  await page.context().close();
  await proxy.stop();
});

async function open(meddling: Partial<Meddling> = {}): Promise<void> {
  proxy = await startMeddlingProxy(agent.port);
  proxy.meddle(meddling);
  page = await (await browser.newContext()).newPage();
  await page.goto(proxy.url);
  await page.locator('metrics-panel').evaluate((panel, points) => {
    panel.setAttribute('points', String(points));
  }, POINTS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Unix ms of every sample that the CPU's chart holds. */
function heldTimes(): Promise<number[]> {
  return page
    .locator('metric-chart[data-metric="cpu"]')
    .first()
    .evaluate((chart) => {
      const { window } = chart as HTMLElementTagNameMap['metric-chart'];
      return Array.from({ length: window?.length ?? 0 }, (_, row) => window?.timestampAt(row) ?? 0);
    });
}

async function untilLive(): Promise<void> {
  const newest = (await heldTimes()).at(-1) ?? 0;
  await expect.poll(async () => (await heldTimes()).at(-1) ?? 0).toBeGreaterThan(newest + INTERVAL_MS * 2);
}

/** Every sample that the agent took between the first and the last that are held: the samples stand on its grid. */
async function expectNoHole(): Promise<void> {
  const times = await heldTimes();
  const slots = times.map((time) => Math.round(time / INTERVAL_MS));
  expect(slots).toEqual(slots.map((_, index) => (slots[0] ?? 0) + index));
}

async function detailOfBadge(): Promise<string> {
  await page.locator('connection-badge button').hover();
  return page.locator('connection-badge [role=tooltip]').innerText();
}

describe('[TR-1] behind a proxy', () => {
  it('a page is live over WebSocket where nothing is in the way, and says so', async () => {
    await open();
    await untilLive();
    expect(await detailOfBadge()).toContain('Live over WebSocket');
  });

  it('that blocks WebSocket, a page is live over SSE within 5 s, and says so', async () => {
    const begin = performance.now();
    await open({ blocksUpgrades: true });
    await expect.poll(() => page.locator('metric-chart').count()).toBeGreaterThan(0);
    await untilLive();
    expect(performance.now() - begin).toBeLessThan(5000 + 3 * INTERVAL_MS);
    expect(await detailOfBadge()).toContain('Live over SSE');
    await expectNoHole();
  });

  it('that also holds back event streams, over long poll within 9 s, and says so', async () => {
    const begin = performance.now();
    await open({ blocksUpgrades: true, holdsEventStreams: true });
    await expect.poll(() => page.locator('metric-chart').count()).toBeGreaterThan(0);
    await untilLive();
    expect(performance.now() - begin).toBeLessThan(9000 + 3 * INTERVAL_MS);
    expect(await detailOfBadge()).toContain('Live over long poll');
    await expectNoHole();
  });
});

describe('a page holds every sample that the agent took', () => {
  it(`[RT-4] after its link was down for ${CUT_MS / 1000} s`, async () => {
    await open();
    await untilLive();
    proxy.meddle({ isDown: true });
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Reconnecting');
    await pause(CUT_MS);
    proxy.meddle({ isDown: false });
    await untilLive();
    await expectNoHole();
    expect(proxy.openWebSockets()).toBe(1);
  });

  it(`after its tab was frozen for ${HIDDEN_MS / 1000} s`, async () => {
    await open();
    await untilLive();
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await pause(HIDDEN_MS);
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await untilLive();
    await expectNoHole();
    expect(proxy.openWebSockets()).toBe(1);
  });

  it('[RC-2] after it lay in the back-forward cache, without a connection', async () => {
    await open();
    await untilLive();
    // Headless Chromium keeps no page there, so the page is told what it would be told.
    const tell = (type: string): Promise<boolean> =>
      page.evaluate((name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
    await tell('pagehide');
    await expect.poll(() => proxy.openWebSockets()).toBe(0);
    await pause(1000);
    await tell('pageshow');
    await untilLive();
    await expectNoHole();
    expect(proxy.openWebSockets()).toBe(1);
  });
});
