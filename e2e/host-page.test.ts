import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AlertView } from '../shared/protocol/messages.ts';
import { expectPageAccessible, launchBrowser, PHONE, openEmbedDialog } from './browser.ts';
import { serveHosts, type ServedHosts } from './served-hosts.ts';

let browser: Browser;
const servers: ServedHosts[] = [];
const contexts: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => browser.close());

async function serving(...labels: string[]): ReturnType<typeof serveHosts> {
  const server = await serveHosts(labels);
  servers.push(server);
  return server;
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  return page;
}

const ALERT: AlertView = {
  id: 'one',
  rule: 'memory',
  title: 'Memory almost full',
  host: '',
  metric: 'memory',
  severity: 'trouble',
  state: 'firing',
  sinceMs: Date.now() - 60_000,
  firedMs: Date.now() - 30_000,
  endedMs: null,
  outcome: null,
  value: 96,
  worst: 97,
  threshold: 95,
  unit: 'percent',
  noDataSinceMs: null,
  acknowledgedMs: null,
  silencedUntilMs: null,
};

const query = (page: Page): string => new URL(page.url()).search;
const title = (page: Page) => page.locator('.bar h1 button');
const openHosts = (page: Page): Promise<void> => title(page).click();
const drawn = (page: Page, metric = 'cpu') =>
  page.locator(`main metric-chart[data-metric="${metric}"] canvas`);
const hostState = (page: Page) => page.locator('main [part="host"]');
const badge = (page: Page) => page.locator('.bar connection-badge button .word');

describe('the dashboard of one of several hosts', () => {
  it('shows the host that the address names, with its details, charts and processes', async () => {
    const { url } = await serving('web-1', 'web-2', 'db-1');
    const page = await open(`${url}?host=id-web-2`);
    await expect.poll(() => title(page).innerText()).toBe('web-2');
    expect(await page.title()).toBe('web-2 · metrics-panel');
    await drawn(page).waitFor();
    await page.getByText('Linux of web-2').first().waitFor();
    await page.getByText('work-of-web-2').first().waitFor();
    expect(await page.getByText('work-of-web-1').count()).toBe(0);
    await expectPageAccessible(page);
  });

  it('goes to the next host and back, without a reload, with the keys and the browser’s Back', async () => {
    const { url } = await serving('web-1', 'web-2', 'db-1');
    const page = await open(`${url}?host=web-2`);
    await drawn(page).waitFor();
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    await openHosts(page);
    await page.locator('host-switch').getByRole('link', { name: 'db-1' }).click();
    await expect.poll(() => title(page).innerText()).toBe('db-1');
    expect(query(page)).toBe('?host=id-db-1');
    await page.getByText('work-of-db-1').first().waitFor();
    await page.keyboard.press(']');
    await expect.poll(() => title(page).innerText()).toBe('web-1');
    await page.keyboard.press('[');
    await expect.poll(() => title(page).innerText()).toBe('db-1');
    await page.goBack();
    await page.goBack();
    await page.goBack();
    await expect.poll(() => title(page).innerText()).toBe('web-2');
    expect(query(page)).toBe('?host=web-2');
    await openHosts(page);
    await page.locator('host-switch').getByRole('link', { name: 'All hosts' }).click();
    await expect.poll(() => query(page)).toBe('?hosts');
    await page.locator('host-overview').waitFor();
    expect(await page.locator('metrics-panel[sections]').count()).toBe(0);
    await page.goBack();
    await drawn(page).waitFor();
    await page.keyboard.press('h');
    await page.locator('host-overview').waitFor();
    expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
  });

  it('lists the other hosts under its name, and marks its own', async () => {
    const server = await serving('web-1', 'web-2');
    const page = await open(`${server.url}?host=web-1`);
    await openHosts(page);
    const hosts = page.locator('host-switch a[href*="host="]');
    await expect.poll(() => hosts.allInnerTexts()).toEqual(['web-1', 'web-2']);
    expect(await hosts.first().getAttribute('aria-current')).toBe('page');
    await expectPageAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('[');
    await expect.poll(() => title(page).textContent()).toContain('web-2');
    server.add('web-3');
    await page.reload();
    await openHosts(page);
    await expect.poll(() => hosts.count()).toBe(3);
  });

  it('opens the overview where no host is named, unless there is just one', async () => {
    const many = await open((await serving('web-1', 'web-2')).url);
    await expect.poll(() => query(many)).toBe('?hosts');
    const { url } = await serving('web-1');
    const requests: string[] = [];
    const context = await browser.newContext();
    contexts.push(context);
    const one = await context.newPage();
    one.on('request', (request) => requests.push(request.url()));
    await one.goto(url);
    await drawn(one).waitFor();
    await one.getByText('work-of-web-1').first().waitFor();
    expect(query(one)).toBe('');
    expect(await one.locator('host-switch').count()).toBe(0);
    expect(requests.filter((request) => /\/host|compar/.test(request))).toEqual([]);
  });

  it('greys the last picture of a host that is down, says since when and why, and goes on by itself', async () => {
    const server = await serving('web-1', 'web-2');
    const page = await open(`${server.url}?host=web-2`);
    await drawn(page).waitFor();
    const sinceMs = Date.now();
    server.host('web-2').tell({ state: 'down', sinceMs, reason: 'The connection was refused' });
    await expect.poll(() => hostState(page).textContent()).toContain('web-2 has been down since ');
    expect(await hostState(page).textContent()).toContain(
      ': the connection was refused. This is its last picture.',
    );
    expect(await badge(page).textContent()).toBe('Host down');
    await expect
      .poll(() => page.locator('main metric-chart[data-metric="cpu"]').getAttribute('stale'))
      .not.toBeNull();
    await expectPageAccessible(page);
    // A reader who comes later sees the same.
    const later = await open(`${server.url}?host=web-2`, PHONE);
    await expect.poll(() => hostState(later).textContent()).toContain('This is its last picture.');
    await drawn(later).waitFor();
    await expectPageAccessible(later);
    server.host('web-2').tell({ state: 'up', sinceMs: Date.now() });
    await expect.poll(() => badge(page).textContent()).toBe('Connected');
    expect(await hostState(page).count()).toBe(0);
    await expect.poll(() => badge(later).textContent()).toBe('Connected');
  });

  it('says that there is no such host, offers the others, and shows it once it comes', async () => {
    const server = await serving('web-1');
    const page = await open(`${server.url}?host=web-9`);
    await page.getByText('No host web-9').waitFor();
    await page.getByText('No host has this name. It is shown').waitFor();
    await page.getByRole('link', { name: 'All hosts' }).waitFor();
    await expectPageAccessible(page);
    server.add('web-9');
    await drawn(page).waitFor();
    await page.getByText('Linux of web-9').first().waitFor();
    server.remove('id-web-9');
    await expect.poll(() => hostState(page).textContent()).toContain('There is no host web-9 any more.');
    await expect.poll(() => drawn(page).count()).toBe(1);
    server.add('web-9');
    await expect.poll(() => hostState(page).count()).toBe(0);
    await expect.poll(() => badge(page).textContent()).toBe('Connected');
  });

  it('asks for an id where several hosts have the name', async () => {
    const server = await serving('web-1', 'vm');
    server.add('vm', { id: 'second-vm' });
    const page = await open(`${server.url}?host=vm`);
    await page.getByText('Several hosts vm').waitFor();
    await page
      .getByText('Several hosts have this name. Name one of them by its id: id-vm, second-vm.')
      .waitFor();
    await expectPageAccessible(page);
    await page.goto(`${server.url}?host=second-vm`);
    await expect.poll(() => title(page).innerText()).toBe('vm · second-vm');
    expect(await page.title()).toBe('vm · second-vm · metrics-panel');
    server.remove('id-vm');
    await page.goto(`${server.url}?host=vm`);
    await expect.poll(() => title(page).innerText()).toBe('vm');
  });

  it('tells the alerts of that host alone, as its own agent evaluates them', async () => {
    const server = await serving('web-1', 'web-2');
    const tell = (state: string): void =>
      server.host('web-2').alerts.take({
        complete: true,
        alerts: [{ ...ALERT, state, endedMs: state === 'ended' ? Date.now() : null }],
        lines: [],
      });
    tell('firing');
    const page = await open(`${server.url}?host=web-2`);
    const bell = page.locator('alert-bell button');
    await expect.poll(() => bell.textContent()).toContain('1');
    await expect.poll(() => page.title()).toBe('(1) web-2 · metrics-panel');
    await bell.click();
    const list = page.locator('alert-list dialog');
    await list.getByText('Memory almost full').first().waitFor();
    await list.getByText('The agent of this host keeps its rules').waitFor();
    expect(await list.getByRole('tab').count()).toBe(1);
    await expectPageAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press(']');
    await expect.poll(() => page.title()).toBe('web-1 · metrics-panel');
    await page.keyboard.press('[');
    await expect.poll(() => page.title()).toBe('(1) web-2 · metrics-panel');
    tell('ended');
    await expect.poll(() => page.title()).toBe('web-2 · metrics-panel');
  });

  it('shows the past of a host that is kept, and says of another that none is', async () => {
    const server = await serving('web-1');
    const nowMs = Date.now();
    server.add('kept', { keptMs: Array.from({ length: 600 }, (_, index) => nowMs - (600 - index) * 5000) });
    const page = await open(`${server.url}?host=web-1`);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/history?'))
        asked.push(new URL(request.url()).searchParams.get('host') ?? '');
    });
    await drawn(page).waitFor();
    await page.goto(`${server.url}?host=kept&window=1h`);
    await expect.poll(() => drawn(page).getAttribute('aria-label')).toMatch(/in \d{2,} points/);
    expect(new Set(asked)).toEqual(new Set(['id-kept']));
    await page.keyboard.press(']');
    await expect.poll(() => title(page).innerText()).toBe('web-1');
    await expect.poll(() => drawn(page).getAttribute('aria-label')).toMatch(/in \d+ samples/);
    await page.getByText('This agent keeps no history.').waitFor();
    await page.goBack();
    await expect.poll(() => drawn(page).getAttribute('aria-label')).toMatch(/in \d{2,} points/);
  });

  it('puts the host into the HTML for other pages', async () => {
    const { url } = await serving('web-1', 'web-2');
    const page = await open(`${url}?host=web-2`);
    await drawn(page).waitFor();
    await openEmbedDialog(page);
    await page.getByText('<metrics-panel host="web-2" metrics="cpu,memory"></metrics-panel>').waitFor();
    expect(await page.locator('embed-dialog metrics-panel[host="web-2"]').count()).toBe(1);
    // Not a command: a gateway has another than an agent.
    await page.getByText('Or start this agent or gateway with this option').waitFor();
    await page.getByText('--allow-origin https://example.com', { exact: true }).waitFor();
  });
});
