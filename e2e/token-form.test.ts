import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';

const SECRET = 'a-secret-of-32-random-characters';
const PATIENTLY = { timeout: 30_000 };
const run = promisify(execFile);

let browser: Browser;
let agent: AgentProcess;
let state: string;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await agent.kill();
  rmSync(state, { recursive: true, force: true });
});

async function open(
  fragment: string,
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<Page> {
  const page = await browser.newPage();
  await prepare(page);
  await page.goto(`${agent.url}${fragment}`);
  return page;
}

async function start(args: readonly string[] = []): Promise<void> {
  state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  agent = await startAgent({ args, env: { METRICS_PANEL_TOKEN: SECRET, METRICS_PANEL_STATE: state } });
}

const token = (...args: string[]) =>
  run(process.execPath, [AGENT_PROGRAM, 'token', ...args], {
    env: { ...process.env, METRICS_PANEL_STATE: state },
  });
const form = (page: Page) => page.locator('token-form');
const field = (page: Page) => page.getByLabel('Token', { exact: true });
const said = (page: Page) => form(page).getByRole('alert').innerText();
const badge = (page: Page) => page.locator('.bar connection-badge button').innerText();

describe.each(['a WebSocket', 'SSE'])('over %s, a token that was valid', (transport) => {
  const prepare = async (page: Page): Promise<void> => {
    if (transport === 'SSE') await page.addInitScript(() => Reflect.deleteProperty(window, 'WebSocket'));
  };

  it('leads to the form with that reason once it is revoked', async () => {
    await start();
    const made = await token('create', '--metrics', 'cpu');
    let requestedMs = 0;
    const page = await open(`#token=${made.stdout.trim()}`, (one) => {
      one.on('request', (request) => {
        if (request.url().includes('/metrics/sse')) requestedMs = Date.now();
      });
      return prepare(one);
    });
    await expect.poll(() => badge(page), PATIENTLY).toContain('Connected');
    // A new stream is refused as with any wrong token: the page has all that it asks for at first.
    await expect.poll(() => Date.now() - requestedMs, PATIENTLY).toBeGreaterThan(2000);
    await token('revoke', made.stderr.split(' ')[0] ?? '');
    await expect.poll(() => form(page).count(), PATIENTLY).toBe(1);
    await expect.poll(() => said(page), PATIENTLY).toBe('The token was revoked');
    await field(page).fill(SECRET);
    await page.keyboard.press('Enter');
    await expect.poll(() => badge(page), PATIENTLY).toContain('Connected');
    await page.close();
  });
});

describe('an address blocked for too many wrong tokens', () => {
  it('keeps the form, with the reason and the waiting time, and does not resend a token by itself', async () => {
    await start();
    const shown: (string | null)[] = [];
    let isOver = false;
    const page = await open('', async (one) => {
      await one.clock.install();
      one.on('request', (request) => {
        if (request.url().includes('/metrics/')) shown.push(request.headers()['authorization'] ?? null);
      });
      // Fake timers of the page do not affect the agent.
      await one.route('**/metrics/sse*', (route) =>
        isOver
          ? route.fulfill({
              status: 401,
              json: { type: 'auth_error', error: 'Not authenticated' },
            })
          : route.continue(),
      );
    });
    for (const wrong of [1, 2, 3, 4, 5]) {
      await field(page).fill(`wrong-${wrong}`);
      await page.keyboard.press('Enter');
      await expect.poll(() => field(page).getAttribute('aria-invalid'), PATIENTLY).toBe('true');
    }
    await field(page).fill('wrong-6');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => said(page), PATIENTLY)
      .toContain('Too many wrong tokens have come from 127.0.0.1');
    await expect.poll(() => form(page).locator('#wait').innerText()).toMatch(/^You can try again in 1 min/);
    expect(await page.getByRole('button', { name: 'Show the metrics' }).isDisabled()).toBe(true);
    expect(await page.locator('#search').isVisible()).toBe(false);
    await expectPageAccessible(page);

    // Nor does any token survive a reload.
    await page.reload();
    await expect.poll(() => said(page), PATIENTLY).toContain('Too many wrong tokens');

    shown.length = 0;
    isOver = true;
    await page.clock.fastForward('02:00');
    await expect.poll(() => shown, PATIENTLY).toEqual([null]);
    await expect.poll(() => page.getByRole('button', { name: 'Show the metrics' }).isEnabled()).toBe(true);
    expect(await form(page).getByRole('alert').isVisible()).toBe(false);
    await page.close();
  });
});
