import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE, touching } from './browser.ts';

let browser: Browser;
let agent: AgentProcess;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--interval', '250'] })]);
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
afterAll(() => Promise.all([browser.close(), agent.kill()]));

async function open(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${agent.url}${query}`);
  await page.locator('metric-chart[data-metric="cpu"] canvas').first().waitFor();
  return page;
}

const query = (page: Page): string => new URL(page.url()).search;
const palette = (page: Page) => page.getByRole('combobox');
const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });
/** Left and top edges of what one can click on in the bar. */
const places = (page: Page): Promise<unknown> =>
  page
    .locator('#search, window-switch, pause-button, alert-bell, #more')
    .evaluateAll((all) => all.map((one) => [one.localName, JSON.stringify(one.getBoundingClientRect())]));

describe('the bar', () => {
  it.each([2560, 1440, 1280, 1024, 800])('stays at the top of a page of %d px, in one row', async (width) => {
    const page = await open('', { viewport: { width, height: 900 } });
    await page.locator('window-switch').waitFor();
    await page.evaluate(() => scrollTo(0, 900));
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
    expect((await page.locator('header.bar').boundingBox())?.y).toBe(0);
    const rows = await page.locator('header.bar > *, header.bar > .tools > *').evaluateAll((all) =>
      all
        .map((one) => one.getBoundingClientRect())
        .filter(({ width: wide, height }) => wide > 0 && height > 0)
        .filter(({ top, bottom, right }) => top < 0 || bottom > 57 || right > innerWidth),
    );
    expect(rows).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('moves none of its controls when the connection is lost, when it pauses, and when samples come', async () => {
    const page = await open();
    const before = await places(page);
    await page.context().setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await page.keyboard.press('Space');
    await page.locator('pause-button .behind').waitFor();
    expect(await places(page)).toEqual(before);
  });

  it('shows the sentence in place of the details once it is scrolled away, and leads back to the top', async () => {
    const page = await open();
    const facts = page.locator('host-summary .facts');
    await expect.poll(() => facts.innerText()).toMatch(/core/);
    await page.evaluate(() => scrollTo(0, 900));
    await page.locator('.short-sentence').waitFor();
    expect(await facts.isVisible()).toBe(false);
    await page.locator('.short-sentence').click();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    await facts.waitFor();
  });

  it('has its theme, its files and its help in a menu, by keyboard alone', async () => {
    const page = await open();
    await page.locator('#more').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'More' }).waitFor();
    await expectPageAccessible(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => query(page)).toBe('?theme=light');
    expect(await page.locator('meta[name=theme-color][media=all]').getAttribute('data-theme')).toBe('light');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).press('Enter'),
    ]);
    expect(download.suggestedFilename()).toMatch(/^[\w.-]+ \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.csv$/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('more');
    await page.locator('#more').press('Enter');
    await page.getByRole('button', { name: 'Keys and gestures' }).press('Enter');
    await page.locator('shortcut-help dialog').waitFor();
  });
});

describe('the palette', () => {
  it('goes to the chart of a metric, also in a folded section, and gives it the focus', async () => {
    const page = await open('?open=');
    await page.keyboard.press('Control+k');
    await palette(page).fill('context switches');
    await page.keyboard.press('Enter');
    const chart = page.locator('metric-chart[data-metric="system.contextSwitches"]');
    await chart.waitFor();
    await expect
      .poll(() =>
        chart.evaluate(
          (one) => one.shadowRoot?.activeElement !== null && one.getBoundingClientRect().top > 52,
        ),
      )
      .toBe(true);
  });

  it('chooses a window, finds a process of the moment, and remembers what was chosen', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await palette(page).fill('5 min');
    await page.keyboard.press('Enter');
    await expect.poll(() => query(page)).toBe('?window=5m');
    await page.locator('process-table tbody tr').first().waitFor();
    await page.keyboard.press('/');
    await page
      .getByRole('group', { name: 'Recent' })
      .getByRole('option', { name: 'Show 5 minutes' })
      .waitFor();
    await palette(page).fill('node');
    await option(page, 'node').click();
    await expect
      .poll(() => page.locator('process-table').first().getByRole('searchbox').inputValue())
      .toBe('node');
  });

  it('opens from a field as well, and closes with Escape, with the focus where it was', async () => {
    const page = await open();
    await page.locator('#search').click();
    await palette(page).waitFor();
    await expectPageAccessible(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => palette(page).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  });
});

describe('on a phone', () => {
  it('has its tools at the end of the screen, and all else in sheets', async () => {
    const page = await open('', PHONE);
    const { height } = PHONE.viewport;
    for (const tool of ['#search', 'window-switch', 'pause-button', 'alert-bell', '#more']) {
      const box = await page.locator(tool).boundingBox();
      expect([tool, (box?.y ?? 0) > height - 60, (box?.height ?? 0) >= 44]).toEqual([tool, true, true]);
    }
    await page.locator('window-switch .open').tap();
    const sheet = page.getByRole('dialog', { name: 'Time shown' });
    await sheet.waitFor();
    await expectPageAccessible(page);
    await sheet.getByRole('radio', { name: '5 minutes', exact: true }).tap();
    await expect.poll(() => query(page)).toBe('?window=5m');
    await expect.poll(() => sheet.count()).toBe(0);
  });

  it('goes back to the present when its top is pulled down while it is paused', async () => {
    const page = await open('', PHONE);
    await page.locator('pause-button button').first().tap();
    await page.locator('pause-button .behind').waitFor();
    const touch = await touching(page);
    await touch('touchStart', 200, 100);
    for (const y of [130, 170, 210]) await touch('touchMove', 200, y);
    await expect.poll(() => page.locator('.pull-hint').textContent()).toBe('Let go for the newest');
    await touch('touchEnd');
    await expect.poll(() => page.locator('pause-button .behind').count()).toBe(0);
    expect(await page.locator('.pull-hint').count()).toBe(0);
  });
});
