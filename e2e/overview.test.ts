import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';
import { simulateHosts, type SimulatedHosts } from './simulated-hosts.ts';

let browser: Browser;
const running: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.close();
});
afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  readonly hosts: SimulatedHosts;
  readonly errors: string[];
  readonly overview: Locator;
  /** The row or card of a host. */
  host(label: string): Locator;
}

async function open(
  count: number,
  query = '',
  options: BrowserContextOptions & { readonly isCalm?: boolean } = {},
): Promise<Opened> {
  const { isCalm = false, ...rest } = options;
  const hosts = await simulateHosts(count, { isCalm });
  running.push({ close: () => hosts.stop() });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en', ...rest });
  running.push(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(hosts.url + query);
  const overview = page.locator('host-overview');
  await overview.locator('.row, article').first().waitFor();
  return {
    page,
    hosts,
    errors,
    overview,
    host: (label) =>
      overview.locator('.row, article').filter({ has: page.getByRole('link', { name: label, exact: true }) }),
  };
}

/** Without what keeps words and numbers together. */
const wordsOf = async (locator: Locator): Promise<string> =>
  (await locator.innerText()).replaceAll(/\s+/g, ' ').trim();
const sentence = ({ overview }: Opened): Promise<string> => wordsOf(overview.locator('h1'));
const query = (page: Page): string => new URL(page.url()).search;
const idOf = ({ hosts }: Opened, index: number): string => hosts.ids[index] ?? '';

describe('the overview of all hosts', () => {
  it('is what an agent with several hosts opens with: a sentence, and a card for each of a few', async () => {
    const opened = await open(3);
    await expect
      .poll(() => sentence(opened))
      .toBe('nas has been down for 6 min, db-2 ran out of memory. web-1 is well.');
    const { overview, host, page, errors } = opened;
    await expect
      .poll(() => host('db-2').locator('svg.cpu path.area').getAttribute('d'))
      .toMatch(/^M[01] \d+L/);
    expect(await wordsOf(host('nas'))).toMatch(
      /^nas ?, down .*Down since \d\d:\d\d, for 6 min: the connection was refused The last picture is kept\. CPU [\d.]+ % Memory/,
    );
    expect(await page.title()).toBe('(2) Hosts · metrics-panel');
    expect(await overview.getByRole('button', { name: /^(down|trouble|well) \d$/ }).count()).toBe(3);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  });

  it('leads to a host and back, and to a comparison', async () => {
    const opened = await open(3);
    const { page, host, overview } = opened;
    await host('web-1').getByRole('link').click();
    await expect.poll(() => query(page)).toBe(`?host=${idOf(opened, 0)}`);
    await overview.waitFor({ state: 'detached' });
    await page.goBack();
    await host('web-1').waitFor();
    await overview.getByRole('button', { name: 'Compare' }).click();
    await host('web-1').click();
    await host('db-2').getByRole('checkbox').check();
    await overview.getByRole('button', { name: 'Compare 2 hosts' }).click();
    await expect.poll(() => query(page)).toBe(`?compare=${idOf(opened, 0)},${idOf(opened, 1)}`);
  });

  it('tells at once that a host went down and came back, aloud without its duration', async () => {
    const opened = await open(3, '', { isCalm: true });
    const { hosts, host, overview } = opened;
    await expect.poll(() => sentence(opened)).toBe('All 3 hosts are well.');
    const id = idOf(opened, 1);
    hosts.set(id, { status: { state: 'down', sinceMs: Date.now(), reason: 'it said goodbye' } });
    await expect
      .poll(() => sentence(opened))
      .toMatch(/^db-2 has been down for \d+ sec\. web-1 and nas are well\.$/);
    await expect
      .poll(() => overview.locator('.said[role=status]').innerText())
      .toBe('db-2 is down. web-1 and nas are well.');
    await expect.poll(() => wordsOf(host('db-2'))).toContain('it said goodbye');
    expect(await overview.locator('article').first().getAttribute('class')).toContain('down');
    expect(
      await host('db-2')
        .locator('dl')
        .evaluate((list) => getComputedStyle(list).filter),
    ).toBe('grayscale(1)');
    hosts.set(id, { status: { state: 'up', sinceMs: Date.now() } });
    await expect.poll(() => sentence(opened)).toBe('All 3 hosts are well.');
  });

  it('moves no row under the pointer', async () => {
    const opened = await open(30, '', { isCalm: true });
    const { page, hosts, overview, host } = opened;
    const first = (): Promise<string | null> =>
      overview.locator('.row[aria-rowindex="3"]').getAttribute('data-id');
    const before = await first();
    const last = hosts.ids.find((id) => id !== before) ?? '';
    await host('web-1').hover();
    hosts.set(last, { status: { state: 'down', sinceMs: Date.now() } });
    await expect.poll(() => sentence(opened)).toContain('1 of 30 hosts need attention');
    await expect.poll(() => overview.locator('.row.down').count()).toBe(1);
    expect(await first()).toBe(before);
    expect(await overview.locator('.section').count()).toBe(1);
    await page.mouse.move(2, 2);
    await expect.poll(first).toBe(last);
    expect(await overview.locator('.section').count()).toBe(2);
  });

  it('says once why nothing is known of any host, and keeps what they said last', async () => {
    const opened = await open(30, '', { isCalm: true });
    const { hosts, host, overview } = opened;
    for (const id of hosts.ids)
      hosts.set(id, {
        status: { state: 'unknown', sinceMs: Date.now(), reason: 'the broker cannot be reached' },
      });
    await expect.poll(() => sentence(opened)).toBe('All 30 hosts are unknown: the broker cannot be reached.');
    expect(await overview.locator('.row').getByText('the broker cannot be reached').count()).toBe(0);
    expect(await wordsOf(host('web-1'))).toMatch(/unknown, web-1 .*Unknown [\d.]+ %/);
  });

  it('says what it can be where there is no host', async () => {
    const hosts = await simulateHosts(0);
    running.push({ close: () => hosts.stop() });
    const context = await browser.newContext({ locale: 'en' });
    running.push(context);
    const page = await context.newPage();
    const title = page.locator('host-overview h1');
    await page.goto(hosts.url);
    await expect
      .poll(() => title.innerText())
      .toBe('No host is known here yet: the log of this gateway says why.');
  });

  it('says on the card of each host why nothing is known of it, and since when', async () => {
    const opened = await open(3, '', { isCalm: true });
    const { hosts, overview } = opened;
    for (const id of hosts.ids)
      hosts.set(id, {
        status: { state: 'unknown', sinceMs: Date.now() - 360_000, reason: 'the broker cannot be reached' },
      });
    await expect
      .poll(() => overview.getByText(/Unknown since \d\d:\d\d, for 6\Wmin: the broker cannot be/).count())
      .toBe(3);
  });

  it('says that it is not connected, and since when', async () => {
    const opened = await open(3);
    await opened.hosts.stop();
    await expect
      .poll(() => wordsOf(opened.overview.getByRole('alert')))
      .toMatch(/Not connected: everything is as of \d\d:\d\d\./);
    await expectPageAccessible(opened.page);
  });

  it('filters by state, label and words, and orders, and keeps all of it in the address', async () => {
    const opened = await open(30);
    const { page, overview, host } = opened;
    await overview.getByRole('button', { name: /^warning/ }).click();
    await expect.poll(() => overview.locator('.row').count()).toBe(2);
    await overview.getByRole('button', { name: /^warning/ }).click();
    await overview.getByRole('button', { name: 'All labels' }).click();
    await overview.getByRole('checkbox', { name: 'db', exact: false }).check();
    await expect.poll(() => overview.locator('.row').count()).toBe(3);
    await page.keyboard.press('Escape');
    await overview.getByRole('checkbox').first().waitFor({ state: 'detached' });
    await overview.getByRole('combobox', { name: 'Order' }).selectOption('Name');
    await overview.getByRole('searchbox').fill('db-2');
    await expect.poll(() => overview.locator('.row').count()).toBe(1);
    expect(query(page)).toBe('?hosts&label=role%3Ddb&sort=name&search=db-2');
    await page.reload();
    await host('db-2').waitFor();
    expect(await overview.locator('.row').count()).toBe(1);
    expect(await overview.getByRole('searchbox').inputValue()).toBe('db-2');
    await overview.getByRole('searchbox').fill('nobody');
    await overview.getByRole('button', { name: 'Show all hosts' }).click();
    await expect.poll(() => overview.locator('.row').count()).toBeGreaterThan(15);
    await expectPageAccessible(page);
  });

  it('shows a map of many hosts in which each leads to its dashboard', async () => {
    const opened = await open(1000);
    const { page, overview, errors } = opened;
    await expect.poll(() => sentence(opened)).toMatch(/^9 of 1,000 hosts need attention: 4 are down, /);
    const map = overview.getByRole('img', {
      name: /^A map of 1,000 hosts: down 4, trouble 2, warning 3, unknown 10, well 981/,
    });
    await map.waitFor();
    await expectPageAccessible(page);
    await map
      .locator('canvas')
      .first()
      .click({ position: { x: 4, y: 4 } });
    await expect.poll(() => query(page)).toBe(`?host=${idOf(opened, 0)}`);
    expect(errors).toEqual([]);
  });

  it('follows only the hosts in sight of ten thousand, and leaves those that were scrolled away', async () => {
    const opened = await open(10_000, '', { isCalm: true });
    const { page, hosts, overview } = opened;
    const first = await overview.locator('.row').first().getAttribute('data-id');
    await expect.poll(() => hosts.followed()).toContain(first);
    expect(hosts.followed().length).toBeLessThanOrEqual(40);
    expect(await overview.locator('.row').count()).toBeLessThan(60);
    const before = await overview.locator('.row').first().innerText();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
    await expect.poll(() => overview.locator('.row').first().innerText()).not.toBe(before);
    await expect.poll(() => overview.locator('svg.cpu path.area[d^="M"]').count()).toBeGreaterThan(10);
    expect(await overview.locator('.row').count()).toBeLessThan(60);
    await expect.poll(() => hosts.followed()).not.toContain(first);
    expect(hosts.followed().length).toBeLessThanOrEqual(40);
  });

  it('has small lines over server-sent events too, whose address takes only some hosts', async () => {
    const hosts = await simulateHosts(200);
    running.push({ close: () => hosts.stop() });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    running.push(page);
    const refused: number[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(response.status());
    });
    await page.routeWebSocket(/.*/, (socket) => socket.close());
    await page.goto(hosts.url);
    await expect
      .poll(() => page.locator('host-overview svg.cpu path.area[d^="M"]').count())
      .toBeGreaterThan(5);
    expect(hosts.followed().length).toBeLessThanOrEqual(12);
    expect(refused).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    const opened = await open(30);
    const { page, overview } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('web');
    await expect.poll(() => query(page)).toBe('?hosts&search=web');
    // Labels, order, compare, and the heads of the columns.
    for (let stops = 0; stops < 12; stops += 1) {
      await page.keyboard.press('Tab');
      if ((await overview.locator('.row:focus').count()) === 1) break;
    }
    await page.keyboard.press('ArrowDown');
    const label = await overview.locator('.row:focus a').innerText();
    const href = await overview.locator('.row:focus a').getAttribute('href');
    expect(label).toMatch(/^web-\d+$/);
    await page.keyboard.press('Enter');
    await expect.poll(() => query(page)).toBe(href);
  });

  it('lists the keys that work on it', async () => {
    const { page } = await open(30);
    await page.keyboard.press('?');
    const keys = page.locator('shortcut-help dt');
    await keys.first().waitFor();
    expect(await keys.allInnerTexts()).toEqual(['/', '↑ ↓', 'Home End', 'Enter', 'Space', 'T', '?']);
    expect(await page.locator('shortcut-help dialog').innerText()).not.toContain('chart');
    await expectPageAccessible(page);
  });

  it('fits a phone: rows of a name, a line and a number', async () => {
    const { page, overview, host } = await open(30, '', PHONE);
    await expect
      .poll(() =>
        host('db-2')
          .boundingBox()
          .then((box) => box?.height),
      )
      .toBe(60);
    expect(await wordsOf(host('db-2'))).toMatch(
      /Process killed for want of memory, for 4 min [\d.]+ % Memory$/,
    );
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await overview.locator('host-field').count()).toBe(0);
    await expectPageAccessible(page);
  });

  it('is in the language of the reader', async () => {
    const opened = await open(3, '', { locale: 'zh-CN' });
    await expect.poll(() => sentence(opened)).toMatch(/^nas离线已 6 ?分钟，db-2内存耗尽。web-1正常。$/);
  });
});
