import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { expectPageAccessible } from './page-accessibility.ts';
import { servePage } from './web-server.ts';

const EXAMPLE = new URL('../examples/plain.html', import.meta.url);

let browser: Browser;
let agent: AgentProcess;

beforeAll(async () => {
  [browser, agent] = await Promise.all([launchBrowser(), startAgent()]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));

it('shows a live panel in a page of another origin, with one script tag and one element', async () => {
  const html = await readFile(EXAMPLE, 'utf8');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<metrics-panel/g)).toHaveLength(1);
  const server = await servePage(html.replace('http://localhost:8080/', agent.url));
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  try {
    await page.goto(server.url);
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
    const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
    await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/^CPU: [\d.]+ %/);
    expect(await page.locator('metric-chart').count()).toBe(2);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  } finally {
    await page.close();
    await server.stop();
  }
});
