import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';

let browser: Browser;
let agent: AgentProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'moment-'));
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--interval', '250'] })]);
});
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill()]);
  await rm(folder, { recursive: true });
});

async function openDashboard(): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(agent.url);
  await page.locator('metric-chart[data-card="cpu"] canvas#summary').waitFor();
  await page.locator('process-table tbody tr').first().waitFor();
  return page;
}

async function save(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save file' }).click(),
  ]);
  const file = path.join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

describe('a moment that is sent', () => {
  it('is a file that shows the charts without an agent, a network, a script or an error', async () => {
    const page = await openDashboard();
    await page.getByRole('button', { name: 'Send this moment' }).click();
    await page.getByRole('dialog', { name: 'Send this moment' }).waitFor();
    await expectPageAccessible(page);
    const titles = await page
      .locator('metric-chart')
      .evaluateAll((charts) => charts.map((chart) => (chart as HTMLElementTagNameMap['metric-chart']).label));
    const file = await save(page);
    expect(file).toMatch(/\.html$/);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.close();

    for (const options of [{ colorScheme: 'dark' as const }, PHONE]) {
      const context = await browser.newContext({ ...options, javaScriptEnabled: true, offline: true });
      const reader = await context.newPage();
      const heard: string[] = [];
      reader.on('console', (message) => heard.push(message.text()));
      reader.on('request', (request) => heard.push(request.url()));
      const address = pathToFileURL(file).href;
      await reader.goto(address);
      expect(await reader.locator('.head h2').allTextContents()).toEqual(titles);
      expect(await reader.locator('svg[role="img"] path.line').count()).toBeGreaterThanOrEqual(titles.length);
      expect(heard).toEqual([address]);
      await expectPageAccessible(reader);
      expect(await reader.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      await context.close();
    }
  });

  it('does not have the name of the host or a process that the reader left out, not even in its name', async () => {
    const page = await openDashboard();
    await page.getByRole('button', { name: 'Send this moment' }).click();
    const box = (name: string) => page.getByRole('checkbox', { name });
    const host = (await page.locator('moment-dialog .part small').first().textContent()) ?? '';
    expect(host).not.toBe('');
    for (const name of ['Name of the host', 'About the host', 'The sentence', 'Processes'])
      await box(name).uncheck();
    expect(await box('Their arguments').isDisabled()).toBe(true);
    const file = await save(page);
    const html = await readFile(file, 'utf8');
    expect(html).not.toContain('<table><thead><tr><th scope="col">Name');
    expect(new RegExp(`>${host}<`).test(html)).toBe(false);
    expect(path.basename(file)).toMatch(/^metrics /);
    await page.close();
  });
});
