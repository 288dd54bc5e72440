import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';

/** Every host uses more memory than that. */
const RULES = `rules:
  memory-in-use:
    title: Memory in use
    metric: memory
    above: 1
    clear: 0.5
`;

let browser: Browser;
let agent: AgentProcess;
let folder: string;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentence-'));
  await writeFile(join(folder, 'alerts.yaml'), RULES);
  agent = await startAgent({
    args: [
      '--interval',
      '250',
      '--alerts',
      join(folder, 'alerts.yaml'),
      '--history-folder',
      join(folder, 'history'),
    ],
  });
});
afterEach(async () => {
  await page.context().close();
  await agent.kill();
  await rm(folder, { recursive: true, force: true });
});

async function open(options: BrowserContextOptions, query = ''): Promise<void> {
  const context = await browser.newContext(options);
  page = await context.newPage();
  await page.goto(`${agent.url}${query}`);
}
const sentence = () => page.locator('main .first > host-sentence');
const text = (): Promise<string> => sentence().locator('.text').innerText();

it.each<[string, BrowserContextOptions]>([
  ['on a wide screen', { viewport: { width: 1440, height: 500 } }],
  ['on a phone', PHONE],
])('says %s what needs attention, and leads to its chart', async (_name, options) => {
  await open(options);
  await expect.poll(text).toMatch(/^Memory in use: Memory \([\d.]+ %\)/);
  await expectPageAccessible(page);
  await sentence().getByRole('link', { name: 'Memory in use' }).click();
  const card = page.locator('metric-chart[data-metric="memory"]').first();
  await expect
    .poll(() => card.evaluate((chart) => chart.matches(':focus-within') || chart.matches(':focus')))
    .toBe(true);
  const box = await card.boundingBox();
  expect((box?.y ?? -1) >= 0).toBe(true);
});

it('says without an agent since when nothing is known, and never that all is well', async () => {
  await open({ viewport: { width: 1440, height: 900 } });
  await expect.poll(text).toContain('Memory in use');
  await agent.kill();
  await expect
    .poll(text)
    .toMatch(/^No data since \d\d:\d\d:\d\d\. The agent does not answer\..*Last known: .*Memory in use/i);
});

it('speaks of a range of the past that is shown', async () => {
  await open({ viewport: { width: 1440, height: 900 } });
  await expect.poll(text).toContain('Memory in use');
  const nowMs = await page.evaluate(() => Date.now());
  await page.goto(`${agent.url}?from=${nowMs - 7_200_000}&to=${nowMs - 3_600_000}`);
  await expect.poll(text).toBe('What needed attention in this range is not known.');
  await page.goto(`${agent.url}?from=${nowMs - 600_000}&to=${nowMs}`);
  await expect.poll(text).toMatch(/^Memory in use: Memory \(since \d\d:\d\d:\d\d\)/);
});
