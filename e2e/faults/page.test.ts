import type { Browser, Page, WebSocket } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { launchBrowser } from '../browser.ts';
import { IS_FULL } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { HttpFaultProxy } from './http-fault-proxy.ts';
import { loggedSamples } from './oracle.ts';

const INTERVAL_MS = 250;
const CUT_MS = IS_FULL ? 60_000 : 3000;
const FROZEN_MS = IS_FULL ? 120_000 : 3000;
/** Enough that no sample leaves the window during a test. */
const POINTS = IS_FULL ? 2000 : 400;
const TIMEOUT_MS = 60_000 + CUT_MS + FROZEN_MS;

let browser: Browser;
let agent: AgentProcess;
let page: Page;
const webSockets: WebSocket[] = [];
let proxy: FaultProxy | HttpFaultProxy | null = null;

beforeAll(async () => {
  [browser, agent] = await Promise.all([
    launchBrowser(),
    startAgent({ args: ['--interval', String(INTERVAL_MS), '--log-level', 'trace'] }),
  ]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));
afterEach(async () => {
  await page.context().close();
  await proxy?.stop();
  proxy = null;
});

async function open(url: string): Promise<void> {
  page = await (await browser.newContext()).newPage();
  webSockets.length = 0;
  page.on('websocket', (webSocket) => webSockets.push(webSocket));
  await page.goto(url);
  await page.locator('metrics-panel').evaluate((panel, points) => {
    panel.setAttribute('points', String(points));
  }, POINTS);
}

async function openThrough<Proxy extends FaultProxy | HttpFaultProxy>(through: Proxy): Promise<Proxy> {
  proxy = through;
  await open(through.url);
  return through;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Unix ms of every sample in the CPU chart. */
function heldTimes(): Promise<number[]> {
  return page
    .locator('metric-chart[data-metric="cpu"]')
    .first()
    .evaluate((chart) => {
      const { samples } = chart as HTMLElementTagNameMap['metric-chart'];
      return Array.from({ length: samples?.length ?? 0 }, (_, row) => samples?.timestampAt(row) ?? 0);
    });
}

async function untilLive(): Promise<void> {
  const newest = (await heldTimes()).at(-1) ?? 0;
  await expect.poll(async () => (await heldTimes()).at(-1) ?? 0).toBeGreaterThan(newest + INTERVAL_MS * 2);
}

/** Expects every sample of the agent's log between the first and the last in the chart. */
async function expectNoHole(): Promise<void> {
  const times = await heldTimes();
  const [first = Number.POSITIVE_INFINITY] = times;
  const last = times.at(-1) ?? first;
  const taken = loggedSamples(agent.log).map(({ ts }) => ts);
  expect(times.length).toBeGreaterThan(1);
  expect(times).toEqual(taken.filter((ts) => ts >= first && ts <= last));
}

async function detailOfBadge(): Promise<string> {
  await page.locator('connection-badge button').hover();
  return page.locator('connection-badge [role=tooltip]').innerText();
}

describe('[TR-1] a page', () => {
  const untilCharts = (): Promise<void> => page.locator('metric-chart').first().waitFor();

  it('is live over WebSocket without a proxy, and says so', async () => {
    await open(agent.url);
    await untilLive();
    expect(await detailOfBadge()).toContain('Live over WebSocket');
  });

  it('is live over SSE within 5 s behind a proxy that blocks WebSocket, and says so', async () => {
    const begin = performance.now();
    await openThrough(await HttpFaultProxy.start(agent.url, { upgrades: 'forbidden', isBuffering: false }));
    await untilCharts();
    await untilLive();
    expect(performance.now() - begin).toBeLessThan(5000 + 3 * INTERVAL_MS);
    expect(await detailOfBadge()).toContain('Live over SSE');
    await expectNoHole();
  });

  it('is live over long poll within 9 s behind a proxy that also buffers event streams, and says so', async () => {
    const begin = performance.now();
    await openThrough(await HttpFaultProxy.start(agent.url, { upgrades: 'forbidden', isBuffering: true }));
    await untilCharts();
    await untilLive();
    expect(performance.now() - begin).toBeLessThan(9000 + 3 * INTERVAL_MS);
    expect(await detailOfBadge()).toContain('Live over long poll');
    await expectNoHole();
  });
});

describe('a page has every sample of the agent, over one connection', { timeout: TIMEOUT_MS }, () => {
  const openCount = (): number => webSockets.filter((webSocket) => !webSocket.isClosed()).length;

  it(`[RT-4] after its link was down for ${CUT_MS / 1000} s`, async () => {
    const link = await openThrough(await FaultProxy.start(agent.url));
    await untilLive();
    link.cut();
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Reconnecting');
    await pause(CUT_MS);
    link.restore();
    await untilLive();
    await expectNoHole();
    expect(openCount()).toBe(1);
  });

  it(`after its tab was frozen for ${FROZEN_MS / 1000} s`, async () => {
    await open(agent.url);
    await untilLive();
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await pause(FROZEN_MS);
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await untilLive();
    await expectNoHole();
    expect(openCount()).toBe(1);
  });

  it('[RC-2] after a time in the back-forward cache, without a connection', async () => {
    await open(agent.url);
    await untilLive();
    // Headless Chromium has no back-forward cache, so dispatch the events it would.
    const tell = (type: string): Promise<boolean> =>
      page.evaluate((name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
    await tell('pagehide');
    await expect.poll(openCount).toBe(0);
    await pause(1000);
    await tell('pageshow');
    await untilLive();
    await expectNoHole();
    expect(openCount()).toBe(1);
  });
});
