import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE, touching, openEmbedDialog } from './browser.ts';
import { agentRuns, makeSpike, SPIKE, type Spike } from './spike.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** CSS pixels: twice the shortest drag, as a person would make it. */
const SHORT_DRAG = 12;

let browser: Browser;
let agent: AgentProcess;
let folder: string;
let spike: Spike;
const contexts: { close(): Promise<void> }[] = [];

/** An agent that saw a spike, was restarted, and runs again. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-page-'));
  browser = await launchBrowser();
  const args = ['--history-folder', join(folder, 'history')];
  agent = await startAgent({ args });
  await agentRuns(agent, 3);
  spike = await makeSpike(agent, folder);
  await agentRuns(agent, 3);
  await agent.kill();
  agent = await startAgent({ args, port: agent.port });
  await agentRuns(agent, 3);
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
afterAll(async () => {
  await browser.close();
  await agent.kill();
  await rm(folder, { recursive: true, force: true });
});

async function open(
  query = '',
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  contexts.push(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(agent.url + query);
  await expect.poll(() => page.locator('.bar connection-badge button').innerText()).toContain('Connected');
  await page.locator('time-lane .frame').waitFor();
  return { page, errors };
}

const chart = (page: Page) => page.locator('main metric-chart[data-metric="cpu"]');
const chip = (page: Page) => page.locator('time-chip .text');
const sheet = (page: Page) => page.locator('main aside');
const parameters = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

/** The range in the address, Unix ms. */
const rangeIn = (page: Page): number[] =>
  ['from', 'to'].map((name) => Date.parse(parameters(page).get(name) ?? ''));
const lengthIn = (page: Page): number => (rangeIn(page)[1] ?? 0) - (rangeIn(page)[0] ?? 0);

/** Waits until the charts show all of what the address asks for. Returns the length of their time axis, ms. */
async function shownLength(page: Page): Promise<number> {
  const panel = page.locator('main metrics-panel');
  const shown = () =>
    panel.evaluate((one) => {
      const { historyStatus, shownRange } = one as HTMLElementTagNameMap['metrics-panel'];
      return { state: historyStatus.state, fromMs: shownRange?.fromMs ?? 0, toMs: shownRange?.toMs ?? 0 };
    });
  const isRange = parameters(page).has('from');
  const [fromMs, toMs] = rangeIn(page);
  await expect.poll(shown).toMatchObject({
    state: expect.stringMatching(/^(?:shown|live)$/),
    ...(isRange ? { fromMs, toMs } : {}),
  });
  const range = await shown();
  return range.toMs - range.fromMs;
}

/** Where a chart shows a time, in CSS pixels of the screen. */
async function placeOf(page: Page, timestampMs: number): Promise<{ x: number; y: number }> {
  const canvas = chart(page).locator('canvas[role="img"]');
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('no canvas');
  const x = await chart(page).evaluate(
    (one, [left, right, wanted]) => {
      let [low, high] = [left, right];
      while (high - low > 0.25) {
        const middle = (low + high) / 2;
        if (((one as HTMLElementTagNameMap['metric-chart']).timeAt(middle) ?? 0) < wanted) low = middle;
        else high = middle;
      }
      return high;
    },
    [box.x, box.x + box.width, timestampMs] as const,
  );
  return { x, y: box.y + box.height / 2 };
}

/** Marks what is around the spike by one drag, and waits for the finer points. */
async function zoomToSpike(
  page: Page,
  drag: (from: { x: number; y: number }, to: { x: number; y: number }) => Promise<void>,
): Promise<void> {
  const before = page.url();
  const [from, to] = [await placeOf(page, spike.fromMs), await placeOf(page, spike.toMs)];
  await drag({ ...from, x: Math.min(from.x - 2, to.x + 2 - SHORT_DRAG) }, { ...to, x: to.x + 2 });
  await expect.poll(() => page.url()).not.toBe(before);
  await expect.poll(() => chart(page).locator('.band').isVisible()).toBe(false);
  await shownLength(page);
}

/** Selects moments of the spike until its process is named, first that of a table: others may have none near them. */
async function nameSpike(
  page: Page,
  select: (place: { x: number; y: number }) => Promise<void>,
): Promise<void> {
  const { fromMs, toMs, namedMs } = spike;
  for (const moment of [namedMs, ...[0.5, 0.35, 0.65].map((share) => fromMs + share * (toMs - fromMs))]) {
    await select(await placeOf(page, moment));
    const named = sheet(page).getByText(SPIKE).first();
    const isNamed = await named.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (isNamed) return;
  }
  throw new Error(`No moment of the spike names ${SPIKE}`);
}

/** The chip floats over the end of the screen, where the sheet has no rows. */
async function expectNoRowsBelowChip(page: Page): Promise<void> {
  const { y: chipTop = 0 } = (await page.locator('time-chip').boundingBox()) ?? {};
  expect(chipTop).toBeGreaterThan(0);
  const rowsEnd = await sheet(page).evaluate(
    (one) => one.getBoundingClientRect().top + one.clientTop + one.clientHeight,
  );
  expect(rowsEnd).toBeLessThanOrEqual(chipTop);
}

describe('the past, in the dashboard', () => {
  it('is searched from 24 hours to the process that made a spike before a restart, in two gestures', async () => {
    const { page, errors } = await open();
    await page.getByRole('radio', { name: /^24 hours/ }).check();
    await expect.poll(() => shownLength(page)).toBeGreaterThan(0.9 * DAY_MS);
    for (let gesture = 0; gesture < 2; gesture += 1)
      await zoomToSpike(page, async (from, to) => {
        await page.mouse.move(from.x, from.y);
        await page.mouse.down();
        await page.mouse.move(to.x - 2, to.y);
        await page.mouse.move(to.x, to.y);
        await page.mouse.up();
      });
    expect(lengthIn(page)).toBeLessThan(10 * MINUTE_MS);
    expect(await chip(page).innerText()).toMatch(/\d\d:\d\d:\d\d/);
    expect(await page.title()).toContain((await chip(page).innerText()).slice(0, 5));

    await nameSpike(page, ({ x, y }) => page.mouse.click(x, y));
    await expectPageAccessible(page);

    // Someone else gets the link.
    await sheet(page).getByRole('button', { name: 'Copy link' }).click();
    await sheet(page).getByRole('button', { name: 'Copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const { page: other } = await open(link.slice(agent.url.length));
    await sheet(other).getByText(SPIKE).first().waitFor();

    // Out again: the moment, the second zoom, the first.
    await page.keyboard.press('Escape');
    await expect.poll(() => sheet(page).count()).toBe(0);
    expect(parameters(page).has('at')).toBe(false);
    await page.keyboard.press('Escape');
    await expect.poll(() => lengthIn(page)).toBeGreaterThan(10 * MINUTE_MS);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('?window=24h');
    await expect.poll(() => shownLength(page)).toBeGreaterThan(0.9 * DAY_MS);
    expect(errors).toEqual([]);
  });

  it('says which range is marked while it is, and the browser’s Back leads back one zoom', async () => {
    const { page, errors } = await open('', { viewport: { width: 1000, height: 900 } });
    await expect.poll(() => chart(page).locator('canvas[role="img"]').isVisible()).toBe(true);
    const ranges: string[] = [new URL(page.url()).search];
    for (let gesture = 0; gesture < 2; gesture += 1) {
      await shownLength(page);
      const {
        x = 0,
        y = 0,
        width = 0,
        height = 0,
      } = (await chart(page).locator('canvas[role="img"]').boundingBox()) ?? {};
      const isMarked = async (): Promise<boolean> => {
        await page.mouse.move(x + 0.4 * width, y + height / 2);
        await page.mouse.down();
        await page.mouse.move(x + 0.5 * width, y + height / 2);
        await page.mouse.move(x + 0.9 * width, y + height / 2);
        const marked = chip(page).filter({ hasText: /\d\d:\d\d:\d\d\s–\s/ });
        const isSaid = await marked.waitFor({ timeout: 3000 }).then(
          () => true,
          () => false,
        );
        // The chart was about to change.
        if (!isSaid) await page.mouse.up();
        return isSaid;
      };
      await expect.poll(isMarked).toBe(true);
      expect(await page.locator('pause-button .behind').isVisible()).toBe(false);
      await page.mouse.up();
      await expect.poll(() => ranges.includes(new URL(page.url()).search)).toBe(false);
      ranges.push(new URL(page.url()).search);
    }
    // Where the bar has room for the range, it is not said twice.
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(await page.locator('pause-button .behind').innerText()).toBe('Back to live');
    for (const range of ranges.slice(0, -1).toReversed()) {
      await page.goBack();
      await expect.poll(() => new URL(page.url()).search).toBe(range);
    }
    await expect.poll(() => chip(page).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('is searched so with a finger on a phone', async () => {
    const { page, errors } = await open('', PHONE);
    await page.locator('window-switch button').click();
    await page.getByRole('radio', { name: /^24 hours/ }).click();
    await expect.poll(() => shownLength(page)).toBeGreaterThan(0.9 * DAY_MS);
    await chart(page).scrollIntoViewIfNeeded();
    const touch = await touching(page);
    const band = chart(page).locator('.band');
    // The line of a row is a third as wide as that of a card, so it takes one more.
    for (let gesture = 0; gesture < 3; gesture += 1)
      await zoomToSpike(page, async (from, to) => {
        const isMarking = async (): Promise<boolean> => {
          await touch('touchStart', from.x, from.y);
          const isBegun = await band.waitFor({ timeout: 3000 }).then(
            () => true,
            () => false,
          );
          // The chart was about to change.
          if (!isBegun) await touch('touchEnd');
          return isBegun;
        };
        await expect.poll(isMarking).toBe(true);
        await touch('touchMove', to.x - 2, to.y);
        await touch('touchMove', to.x, to.y);
        await touch('touchEnd');
      });
    expect(lengthIn(page)).toBeLessThan(15 * MINUTE_MS);
    await nameSpike(page, ({ x, y }) => page.touchscreen.tap(x, y));
    await expectNoRowsBelowChip(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.viewport.width);
    await expectPageAccessible(page);
    await page.locator('time-chip').getByRole('button', { name: 'Back to live' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?window=24h');
    expect(errors).toEqual([]);
  });

  it('is walked through with the keyboard alone, and with the browser’s Back and Forward', async () => {
    const { page, errors } = await open('?window=1h');
    await page.keyboard.press('6');
    await expect.poll(() => parameters(page).get('window')).toBe('6h');
    await page.keyboard.press('-');
    await expect.poll(() => parameters(page).get('window')).toBe('24h');
    await page.keyboard.press('-');
    await expect.poll(() => shownLength(page)).toBeGreaterThan(6 * DAY_MS);
    await page.keyboard.press('1');
    const fromMs = Math.floor(spike.fromMs / 1000) * 1000;
    await page.goto(`${agent.url}?window=24h&from=${fromMs}&to=${fromMs + 20_000}`);
    await page.locator('time-chip .text').waitFor();
    expect(await page.getByRole('radio', { checked: true, name: /hour|day|min|point|year/ }).count()).toBe(0);
    await expect.poll(() => lengthIn(page)).toBe(20_000);
    await page.keyboard.press('+');
    await expect.poll(() => lengthIn(page)).toBe(10_000);
    const [begin] = rangeIn(page);
    await page.keyboard.press(',');
    await expect.poll(() => rangeIn(page)[0]).toBe((begin ?? 0) - 5000);
    await shownLength(page);
    await page.keyboard.press('.');
    await expect.poll(() => rangeIn(page)[0]).toBe(begin);
    await page.goBack();
    await expect.poll(() => lengthIn(page)).toBe(20_000);
    await page.goForward();
    await expect.poll(() => lengthIn(page)).toBe(10_000);
    await page.reload();
    await expect.poll(() => chip(page).count()).toBe(1);
    await page.keyboard.press(' ');
    await expect.poll(() => new URL(page.url()).search).toBe('?window=24h');
    await expect.poll(() => page.title()).not.toContain(':');
    expect(errors).toEqual([]);
  });

  it('is never mixed with the present', async () => {
    const fromMs = Math.floor(spike.fromMs / 1000) * 1000;
    const { page } = await open(`?from=${fromMs}&to=${fromMs + 10_000}`);
    await shownLength(page);
    const time = (text: string): string[] => text.match(/\d\d:\d\d:\d\d/g) ?? [];
    const charts = page.locator('main metric-chart');
    await expect.poll(() => charts.count()).toBeGreaterThan(5);
    await expect.poll(() => charts.locator('.as-of').count()).toBe(await charts.count());
    for (const text of await charts.locator('.as-of').allInnerTexts()) {
      const [at = ''] = time(text);
      expect(at, text).not.toBe('');
      const begin = new Date(fromMs).toTimeString().slice(0, 8);
      const end = new Date(fromMs + 10_000).toTimeString().slice(0, 8);
      expect(at >= begin && at <= end, text).toBe(true);
    }
    // The uptime is that of now.
    const facts = await page.locator('host-summary dt').allTextContents();
    expect(facts).toContain('Agent');
    expect(facts).not.toContain('Up');
    expect(await page.locator('host-summary').innerText()).not.toMatch(/\bup \d/);
    const csv = await page
      .locator('main metrics-panel')
      .evaluate((one) => (one as HTMLElementTagNameMap['metrics-panel']).exportCsv());
    const times = csv
      .split('\r\n')
      .slice(1, -1)
      .map((line) => Date.parse(line.split(',')[0] ?? ''));
    expect(times.length).toBeGreaterThan(5);
    expect(times.filter((one) => one < fromMs || one > fromMs + 10_000)).toEqual([]);
  });

  it('fills a wall', async () => {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${agent.url}?wall&window=24h`);
    await chart(page).waitFor();
    await expect.poll(() => shownLength(page)).toBeGreaterThan(0.9 * DAY_MS);
    const sizes = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    expect(sizes[0]).toBeLessThanOrEqual(sizes[1] ?? 0);
  });

  it('is offered to other pages', async () => {
    const { page } = await open();
    await openEmbedDialog(page);
    const dialog = page.locator('embed-dialog');
    await dialog.getByLabel('Time shown').selectOption('24h');
    expect(await dialog.locator('.snippet pre').innerText()).toContain(
      '<metrics-panel metrics="cpu,memory" window="24h"></metrics-panel>',
    );
    expect(await dialog.getByRole('spinbutton').count()).toBe(0);
    await expectPageAccessible(page);
  });
});

it('says that no past is kept where that is so, and shows what there is', async () => {
  const own = await startAgent({ args: ['--history', 'off'] });
  const page = await browser.newPage();
  await page.goto(`${own.url}?window=24h`);
  const controls = page.locator('window-switch');
  await expect.poll(() => controls.getByRole('status').innerText()).toBe('This agent keeps no history.');
  expect(await controls.getByRole('radio').count()).toBe(4);
  expect(await controls.getByRole('radio', { name: '15 minutes' }).isChecked()).toBe(true);
  await chart(page).locator('canvas[role="img"]').waitFor();
  await page.keyboard.press(',');
  await page.keyboard.press('7');
  expect(new URL(page.url()).search).toBe('?window=24h');
  await page.close();
  await own.kill();
});
