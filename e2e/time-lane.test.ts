import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';
import { agentRuns, makeSpike, SPIKE, type Spike } from './spike.ts';

/** Longer than what a live page shows at first. */
const SINCE_SPIKE_SECONDS = 25;

let browser: Browser;
let agent: AgentProcess;
let folder: string;
let spike: Spike;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'time-lane-'));
  browser = await launchBrowser();
  agent = await startAgent({ args: ['--history-folder', join(folder, 'history')] });
  await agentRuns(agent, 3);
  spike = await makeSpike(agent, folder);
  await agentRuns(agent, SINCE_SPIKE_SECONDS);
});
afterEach(() => page.close());
afterAll(async () => {
  await browser.close();
  await agent.kill();
  await rm(folder, { recursive: true, force: true });
});

const lane = () => page.locator('time-lane');
const said = () => lane().locator('.frame').getAttribute('aria-valuetext');
const rangeIn = (): number[] =>
  ['from', 'to'].map((name) => Date.parse(new URL(page.url()).searchParams.get(name) ?? ''));

async function open(query = '', of = agent): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(of.url + query);
  await lane().locator('.frame').waitFor();
}

/** Where the lane shows a time, in CSS pixels of the screen. */
async function placeOf(timestampMs: number): Promise<{ x: number; y: number }> {
  const { x = 0, y = 0 } = (await lane().boundingBox()) ?? {};
  const offset = await lane().evaluate(
    (one, wanted) => (one as HTMLElementTagNameMap['time-lane']).scale?.xOf(wanted) ?? Number.NaN,
    timestampMs,
  );
  return { x: x + offset, y: y + 10 };
}

async function press(timestampMs: number): Promise<void> {
  const { x, y } = await placeOf(timestampMs);
  await page.mouse.move(x, y);
  await page.mouse.down();
}

async function point(timestampMs: number): Promise<void> {
  const { x, y } = await placeOf(timestampMs);
  await page.mouse.move(x, y, { steps: 5 });
}

describe('the lane of time', () => {
  it('leads in two gestures to the process of a spike that the live charts no longer show', async () => {
    await open();
    expect(await said()).toBe('Live, 20 s');
    await expect
      .poll(() => lane().locator('.cause').allInnerTexts())
      .toEqual([expect.stringMatching(/^History begins /)]);

    const { x, y } = await placeOf(spike.namedMs);
    await page.mouse.click(x, y);
    await expect.poll(() => rangeIn()[0]).toBeLessThan(spike.namedMs);
    expect(rangeIn()[1]).toBeGreaterThan(spike.namedMs);
    await expect.poll(() => page.locator('time-chip .text').innerText()).toMatch(/\d\d:\d\d:\d\d – /);

    const chart = page.locator('main metric-chart[data-metric="cpu"]').first();
    const panel = page.locator('main metrics-panel');
    await expect
      .poll(() => panel.evaluate((one) => (one as HTMLElementTagNameMap['metrics-panel']).shownRange?.toMs))
      .toBe(rangeIn()[1]);
    const canvas = await chart.locator('canvas[role="img"]').boundingBox();
    if (canvas === null) throw new Error('no canvas');
    const places = Array.from({ length: Math.floor(canvas.width) }, (_, index) => canvas.x + index);
    const at = await chart.evaluate(
      (one, [all, wanted]) =>
        all.find((place) => ((one as HTMLElementTagNameMap['metric-chart']).timeAt(place) ?? 0) >= wanted),
      [places, spike.namedMs] as const,
    );
    await page.mouse.click(at ?? 0, canvas.y + canvas.height / 2);
    await page.locator('main aside').getByText(SPIKE).first().waitFor();
    await expectPageAccessible(page);
  });

  it('follows a drag at once, goes back when it is cancelled, and to live at its end', async () => {
    await open('?window=1m');
    const now = Date.now();
    await press(now - 20 * 60_000);
    await point(now - 10 * 60_000);
    await expect.poll(() => page.locator('time-chip .text').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect([new URL(page.url()).search, await said()]).toEqual(['?window=1m', 'Live, 1 min']);

    await press(now - 20 * 60_000);
    await point(now - 10 * 60_000);
    await page.mouse.up();
    await expect.poll(() => (rangeIn()[1] ?? 0) - (rangeIn()[0] ?? 0)).toBeGreaterThan(9 * 60_000);
    await press(now - 15 * 60_000);
    await point(now + 60_000);
    await page.mouse.up();
    await expect.poll(said).toBe('Live, 1 min');
    await page.goBack();
    await expect.poll(said).toMatch(/ – /);
  });

  it('shows what an agent without a history still holds, and goes there', async () => {
    const own = await startAgent({ args: ['--history', 'off'] });
    await agentRuns(own, SINCE_SPIKE_SECONDS);
    await open('', own);
    await expect
      .poll(() => lane().locator('.cause').allInnerTexts())
      .toEqual([expect.stringMatching(/^Agent started /)]);
    const earlierMs = Date.now() - SINCE_SPIKE_SECONDS * 1000;
    const { x, y } = await placeOf(earlierMs);
    await page.mouse.click(x, y);
    const panel = page.locator('main metrics-panel');
    const shown = () =>
      panel.evaluate((one) => {
        const { shownRange, paused } = one as HTMLElementTagNameMap['metrics-panel'];
        const csv = (one as HTMLElementTagNameMap['metrics-panel']).exportCsv();
        return { paused, toMs: shownRange?.toMs ?? 0, rows: csv.split('\r\n').length };
      });
    await expect.poll(shown).toMatchObject({ paused: true });
    await expect.poll(async () => (await shown()).rows).toBeGreaterThan(5);
    expect((await shown()).toMs).toBeLessThan(Date.now() - 10_000);
    await page.getByRole('button', { name: 'Back to live', exact: true }).click();
    await expect.poll(said).toBe('Live, 20 s');
    await own.kill();
  });
});
