import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, openEmbedDialog } from './browser.ts';
import { freeOrigin, servePage } from './web-server.ts';

const SECRET = 'a-secret-of-32-random-characters';

let browser: Browser;
let agent: AgentProcess;
/** Origin of the page with the snippet; the agent admits it. */
let origin: string;

beforeAll(async () => {
  origin = await freeOrigin();
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--allow-origin', origin] })]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));

async function openDialog(width = 1280): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(agent.url);
  await expect.poll(() => page.locator('.bar connection-badge button').innerText()).toContain('Connected');
  await openEmbedDialog(page);
  await page.getByRole('dialog').waitFor();
  return page;
}

const dialog = (page: Page) => page.locator('embed-dialog');
const preview = (page: Page) => page.locator('embed-dialog metrics-panel');
const snippet = (page: Page) => page.locator('embed-dialog .snippet pre').innerText();

it('shows the chosen metrics live, and a snippet that shows the same in another page', async () => {
  const page = await openDialog();
  await page.getByRole('checkbox', { name: /^Memory memory$/ }).uncheck();
  await page.getByLabel('Find a metric').fill('load');
  await page.getByRole('checkbox', { name: /Load, 1 minute/ }).check();
  await dialog(page).getByLabel('Layout').selectOption('row');
  await dialog(page).getByLabel('Theme').selectOption('dark');
  await dialog(page).getByRole('spinbutton', { name: 'Points' }).fill('60');
  await dialog(page).getByRole('spinbutton', { name: 'Points' }).blur();
  await expect
    .poll(() =>
      preview(page).evaluate((panel) =>
        [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])].map(({ label }) => label),
      ),
    )
    .toEqual(['CPU', 'Load, 1 minute']);
  expect(await snippet(page)).toContain(
    '<metrics-panel metrics="cpu,load" layout="row" theme="dark" points="60"></metrics-panel>',
  );
  await expectPageAccessible(page);

  await page.getByRole('button', { name: 'Copy' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await snippet(page));
  const other = await servePage(`<!doctype html><title>Another page</title>${copied}`, {}, origin);
  try {
    await page.goto(other.url);
    await expect
      .poll(() => page.locator('metric-chart[data-metric="load"] canvas').getAttribute('aria-label'))
      .toMatch(/^Load, 1 minute: [\d.]+/);
  } finally {
    await other.stop();
    await page.context().close();
  }
});

it('keeps what is chosen in view, and offers charts of several series', async () => {
  const page = await openDialog(390);
  const chosen = () => page.locator('embed-dialog .chosen li span').allInnerTexts();
  expect(await chosen()).toEqual(['CPU', 'Memory']);
  await page.getByRole('button', { name: 'Network', exact: true }).click();
  expect(await chosen()).toEqual(['Network received', 'Network sent']);
  await dialog(page).getByLabel('Thresholds').fill('1000');
  await dialog(page).getByLabel('Thresholds').blur();
  expect(await snippet(page)).toContain(
    '<metrics-panel metrics="network.all.receive+network.all.transmit" mirrored thresholds="1000"></metrics-panel>',
  );
  await expect
    .poll(() =>
      preview(page).evaluate((panel) => panel.shadowRoot?.querySelector('metric-chart')?.arrangement),
    )
    .toBe('mirrored');
  await expect
    .poll(() => preview(page).locator('metric-chart').getByText('Network', { exact: true }).isVisible())
    .toBe(true);
  await expectPageAccessible(page);
  await page.getByRole('button', { name: 'Remove Network sent' }).click();
  expect(await snippet(page)).toContain('<metrics-panel metrics="network.all.receive" thresholds="1000">');
  await page.context().close();
});

it('makes a token for the page if the secret was entered, and revokes it', async () => {
  const elsewhere = await freeOrigin();
  const state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  const guarded = await startAgent({ env: { METRICS_PANEL_TOKEN: SECRET, METRICS_PANEL_STATE: state } });
  const page = await browser.newPage();
  try {
    await page.goto(`${guarded.url}#token=${SECRET}`);
    await expect.poll(() => page.locator('.bar connection-badge button').innerText()).toContain('Connected');
    await openEmbedDialog(page);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await expect
      .poll(() => page.getByRole('status').allInnerTexts())
      .toContain('Give the address of the page, such as https://example.com.');
    await page.getByLabel('Address of the page').fill('file:///home/me/page.html');
    await page.getByRole('button', { name: 'Make a token' }).click();
    expect(await page.getByRole('button', { name: /^Revoke/ }).count()).toBe(0);
    await page.getByLabel('Address of the page').fill(`${elsewhere}/blog`);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await expect.poll(() => snippet(page)).toMatch(/ token="[\w-]+\.[\w-]+\.[\w-]+"/);
    // As the command prints it, to the minute, to distinguish tokens for the same origin.
    await expect
      .poll(() => page.locator('embed-token li > span').allInnerTexts())
      .toEqual([expect.stringMatching(/until .*\d+:\d{2}.* · [\w-]+$/)]);
    const html = await snippet(page);
    expect(html).not.toContain(SECRET);
    await expectPageAccessible(page);

    const other = await servePage(`<!doctype html><html lang="en"><title>Blog</title>${html}`, {}, elsewhere);
    const reader = await browser.newPage();
    await reader.goto(other.url);
    const badge = reader.locator('connection-badge button');
    await expect.poll(() => badge.innerText(), { timeout: 15_000 }).toContain('Connected');
    await expect.poll(() => reader.locator('metric-chart').count()).toBe(2);
    await expect.poll(() => page.locator('embed-token [role=status]').innerText()).toMatch(/token/i);
    await page.getByRole('checkbox', { name: /^CPU user/ }).check();
    await expect.poll(() => snippet(page)).not.toContain('token=');
    await expect.poll(() => page.locator('embed-token [role=status]').innerText()).toBe('');
    await page.route('**/tokens/*', (route) => route.abort());
    await page.getByRole('button', { name: 'Revoke the token for cpu, memory' }).click();
    await expect.poll(() => page.locator('embed-token [role=status]').innerText()).toMatch(/fetch/);
    await page.unroute('**/tokens/*');
    await page.getByRole('button', { name: 'Revoke the token for cpu, memory' }).click();
    await expect.poll(() => badge.innerText()).not.toContain('Connected');
    await expect.poll(() => page.getByRole('button', { name: /^Revoke/ }).count()).toBe(0);
    await reader.close();
    await other.stop();
  } finally {
    await page.close();
    await guarded.kill();
    rmSync(state, { recursive: true });
  }
});

it('without a secret, says how to admit a page elsewhere: by a token or by its origin', async () => {
  const page = await openDialog();
  await expect
    .poll(() => page.locator('embed-token pre').allInnerTexts())
    .toEqual([
      'npm start -- token create --metrics "cpu,memory" --origins https://example.com',
      'npm start -- --allow-origin https://example.com',
    ]);
  await page.context().close();
});

it('closes with Escape, drops its preview, and fits a phone', async () => {
  const page = await openDialog(320);
  await expect.poll(() => preview(page).count()).toBe(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(
    await page.getByRole('dialog').evaluate((element) => element.scrollWidth - element.clientWidth),
  ).toBe(0);
  await page.keyboard.press('Escape');
  await expect.poll(() => preview(page).count()).toBe(0);
  await page.context().close();
});
