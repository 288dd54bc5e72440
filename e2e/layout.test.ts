import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';

let browser: Browser;
let agent: AgentProcess;
let folder: string;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'layout-'));
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--interval', '250'] })]);
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill()]);
  await rm(folder, { recursive: true });
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(agent.url);
  await page.locator('host-board metric-chart[data-card="cpu"] canvas#summary').waitFor();
  return page;
}

async function edit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Layout' }).click();
  await page.locator('layout-item').first().waitFor();
}

const keys = (page: Page): Promise<string[]> =>
  page
    .locator('layout-item')
    .evaluateAll((all) => all.map((item) => ('key' in item ? String(item.key) : '')));
const cards = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('host-board metric-chart')
    .evaluateAll((all) => all.map((card) => card.getAttribute('data-card')));
const said = (page: Page): Promise<string> => page.locator('layout-bar [role="status"]').innerText();

describe('an own layout', () => {
  it('costs a first visit nothing', async () => {
    const page = await open();
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(loaded.filter((name) => /layout|moment-dialog/.test(name))).toEqual([]);
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('layout'))),
    ).toEqual([]);
  });

  it('is arranged with the keyboard, told to screen readers, and is there after a reload', async () => {
    const page = await open();
    await edit(page);
    await expectPageAccessible(page);
    const [first = '', second = '', third = '', ...others] = await keys(page);
    expect([first, second]).toEqual(['cpu', 'memory']);
    await page.getByRole('button', { name: 'Move CPU' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => said(page)).toMatch(/^CPU lifted, place 1 of/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => keys(page)).toEqual([second, third, first, ...others]);
    await expect.poll(() => said(page)).toMatch(/^CPU, place 3 of/);
    await page.keyboard.press('Escape');
    await expect.poll(() => keys(page)).toEqual([first, second, third, ...others]);
    expect(await said(page)).toBe('CPU put back.');

    await expect
      .poll(() => page.getByRole('button', { name: 'Move CPU' }).evaluate((grip) => grip.matches(':focus')))
      .toBe(true);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => keys(page)).toEqual([second, first, third, ...others]);
    await expect
      .poll(() => page.getByRole('button', { name: 'Move CPU' }).evaluate((grip) => grip.matches(':focus')))
      .toBe(true);
    await page.keyboard.press('Space');
    await expect.poll(() => said(page)).toMatch(/^CPU dropped at place 2/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator('layout-item').first().waitFor({ state: 'detached' });
    await page.reload();
    await expect.poll(async () => (await cards(page)).slice(0, 2)).toEqual([second, first]);
  });

  it('is arranged with the pointer; hides, brings back, adds, undoes, and goes back to the default', async () => {
    const page = await open();
    await edit(page);
    const before = await keys(page);
    const [from, to] = await Promise.all(
      [0, 4].map((index) => page.locator('layout-item').nth(index).boundingBox()),
    );
    await page.mouse.move((from?.x ?? 0) + 50, (from?.y ?? 0) + 90);
    await page.mouse.down();
    await page.mouse.move((to?.x ?? 0) + 50, (to?.y ?? 0) + 50, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await keys(page)).indexOf('cpu')).toBe(4);

    await page.getByRole('button', { name: 'Hide Memory' }).click();
    await expect.poll(() => keys(page)).not.toContain('memory');
    await page.getByRole('button', { name: 'Show Memory' }).click();
    await expect.poll(() => keys(page)).toContain('memory');

    const field = page.getByRole('combobox', { name: 'Add a chart' });
    await field.fill('no.such.metric');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('no.such.metric');
    await field.fill('cpu+load');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('one unit');
    await field.fill('load.5+load.15');
    await page.getByRole('combobox', { name: 'Several in one chart' }).selectOption('mirrored');
    await field.press('Enter');
    await expect.poll(async () => (await keys(page))[0]).toBe('own:load.5+load.15');
    await page
      .getByRole('button', { name: 'Remove 5' })
      .or(page.locator('layout-item .remove').first())
      .first()
      .click();
    await expect.poll(async () => (await keys(page))[0]).not.toBe('own:load.5+load.15');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await keys(page))[0]).toBe('own:load.5+load.15');

    await page.getByRole('combobox', { name: 'View' }).selectOption('Default');
    await expect.poll(() => keys(page)).toEqual(before);
  });

  it('is a file for others, and of a bad one the field is named', async () => {
    const page = await open();
    await edit(page);
    await page.getByRole('button', { name: 'Hide Load' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('Night');
    await page.keyboard.press('Enter');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const file = path.join(folder, 'view.json');
    await download.saveAs(file);

    const other = await open(PHONE);
    await other.locator('#more').click();
    await other.locator('#edit-layout').click();
    await other.locator('layout-item').first().waitFor();
    expect(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await other.locator('layout-bar input[type="file"]').setInputFiles(file);
    await expect.poll(() => keys(other)).not.toContain('load');
    expect(await other.getByRole('combobox', { name: 'View' }).inputValue()).toBe('Night');
    const broken = path.join(folder, 'broken.json');
    await writeFile(broken, (await readFile(file, 'utf8')).replace('"hidden"', '"hiden"'));
    await other.locator('layout-bar input[type="file"]').setInputFiles(broken);
    await expect.poll(() => other.getByRole('alert').innerText()).toContain('“hid');
    await expectPageAccessible(other);
  });
});
