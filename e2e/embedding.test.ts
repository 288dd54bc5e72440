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

/** A page of another origin: the example, with what it says and what its console does. */
async function openExample(headers: Readonly<Record<string, string>> = {}) {
  const html = await readFile(EXAMPLE, 'utf8');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<metrics-panel/g)).toHaveLength(1);
  const server = await servePage(html.replace('http://localhost:8080/', agent.url), headers);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(server.url);
  const close = async () => {
    await page.close();
    await server.stop();
  };
  return { page, errors, close };
}

it('shows a live panel in a page of another origin, with one script tag and one element', async () => {
  const { page, errors, close } = await openExample();
  try {
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
    const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
    await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/^CPU: [\d.]+ %/);
    expect(await page.locator('metric-chart').count()).toBe(2);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});

// A browser does not count a WebSocket to the same host as the same source, so the first policy leads to another transport.
it.each([
  ['SSE', (origin: string) => origin],
  ['WebSocket', (origin: string) => `${origin} ${origin.replace('http', 'ws')}`],
])('shows it over %s under a policy that allows the agent and nothing else', async (transport, allowed) => {
  const { origin } = new URL(agent.url);
  const { page, errors, close } = await openExample({
    'Content-Security-Policy': `default-src 'none'; script-src ${origin}; connect-src ${allowed(origin)}`,
  });
  try {
    const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
    await expect.poll(() => chart.getAttribute('aria-label'), { timeout: 15_000 }).toMatch(/^CPU: [\d.]+ %/);
    expect(await page.locator('connection-badge .detail').textContent()).toBe(`Live over ${transport}.`);
    const card = page.locator('metric-chart[data-metric="cpu"] figure');
    expect(await card.evaluate((element) => getComputedStyle(element).display)).toBe('flex');
    // The browser itself reports each attempt that it blocks.
    expect(errors.filter((text) => !/^Connecting to 'ws:.* violates/.test(text))).toEqual([]);
  } finally {
    await close();
  }
});
