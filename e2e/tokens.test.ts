import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { servePage } from './web-server.ts';

const run = promisify(execFile);
const PATIENTLY = { timeout: 15_000 };

let browser: Browser;
let agent: AgentProcess;
let state: string;

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  [browser, agent] = await Promise.all([
    launchBrowser(),
    startAgent({ args: ['--interval', '250'], env: { METRICS_PANEL_STATE: state } }),
  ]);
});
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill()]);
  rmSync(state, { recursive: true });
});

async function token(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [AGENT_PROGRAM, 'token', ...args, '--state', state]);
}

/** Opens a page of another origin. */
async function openPage(
  html: (agentUrl: string) => string,
): Promise<{ page: Page; origin: string; close: () => Promise<void> }> {
  const server = await servePage(`<!doctype html><html lang="en"><title>Page</title>${html(agent.url)}`);
  const page = await browser.newPage();
  await page.goto(server.url);
  const close = async () => {
    await page.close();
    await server.stop();
  };
  return { page, origin: new URL(server.url).origin, close };
}

const withPanel = (agentUrl: string) =>
  `<script type="module" src="${agentUrl}embed/metrics-panel.js"></script>`;

async function addPanel(page: Page, metrics: string, shown: string): Promise<void> {
  await page.evaluate(
    ([names, secret]) => {
      const panel = document.createElement('metrics-panel');
      panel.setAttribute('metrics', names);
      panel.setAttribute('token', secret);
      document.body.append(panel);
    },
    [metrics, shown] as const,
  );
}

describe('a token for cpu on pages of one origin', () => {
  it('shows CPU there and nothing else, and stops within a second of its revocation', async () => {
    const { page, origin, close } = await openPage(withPanel);
    const elsewhere = await openPage(withPanel);
    try {
      const made = await token('create', '--metrics', 'cpu', '--origins', origin);
      const secret = made.stdout.trim();
      await addPanel(page, 'cpu', secret);
      const badge = page.locator('metrics-panel').first().locator('connection-badge button');
      await expect.poll(() => badge.innerText(), PATIENTLY).toContain('Connected');
      const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
      await expect.poll(() => chart.getAttribute('aria-label'), PATIENTLY).toMatch(/^CPU: [\d.]+ %/);

      await addPanel(page, 'memory', secret);
      const other = page.locator('metrics-panel').nth(1);
      await expect.poll(() => other.getByText('Not shown here: memory').count(), PATIENTLY).toBe(1);
      expect(await other.locator('metric-chart').count()).toBe(0);
      await addPanel(page, '*', secret);
      const all = page.locator('metrics-panel').nth(2);
      await expect.poll(() => all.locator('metric-chart').count(), PATIENTLY).toBe(1);

      await addPanel(elsewhere.page, 'cpu', secret);
      const stranger = elsewhere.page.locator('metrics-panel');
      await expect
        .poll(() => stranger.locator('connection-badge button').innerText(), PATIENTLY)
        .not.toContain('Connect');
      expect(await stranger.locator('metric-chart').count()).toBe(0);

      const [id = ''] = made.stderr.split(' ');
      const revoked = token('revoke', id);
      await revoked;
      const revokedAtMs = performance.now();
      await expect.poll(() => badge.innerText(), { timeout: 1000, interval: 20 }).not.toContain('Connected');
      expect(performance.now() - revokedAtMs).toBeLessThan(1000);
      await expect.poll(() => page.getByText('The token was revoked').count(), PATIENTLY).toBeGreaterThan(0);
    } finally {
      await close();
      await elsewhere.close();
    }
  });

  it('is resent after a time in which the agent could not verify it', { timeout: 120_000 }, async () => {
    const { page, origin, close } = await openPage(withPanel);
    try {
      const made = await token('create', '--metrics', 'cpu', '--origins', origin);
      await addPanel(page, 'cpu', made.stdout.trim());
      const badge = page.locator('metrics-panel connection-badge button');
      await expect.poll(() => badge.innerText(), PATIENTLY).toContain('Connected');
      const record = join(state, `token-${made.stderr.split(' ')[0]}.json`);
      renameSync(record, `${record}.aside`);
      await expect.poll(() => badge.innerText(), PATIENTLY).toContain('Reconnecting');
      renameSync(`${record}.aside`, record);
      await expect.poll(() => badge.innerText(), { timeout: 60_000 }).toContain('Connected');
    } finally {
      await close();
    }
  });

  it('shows less than another token, and the page shows more as soon as it has the other', async () => {
    const { page, origin, close } = await openPage(withPanel);
    try {
      const [part, more] = await Promise.all(
        ['cpu', 'cpu,memory'].map((metrics) => token('create', '--metrics', metrics, '--origins', origin)),
      );
      await addPanel(page, 'cpu,memory', part?.stdout.trim() ?? '');
      const missing = page.locator('metrics-panel [part=missing]');
      await expect.poll(() => missing.innerText(), PATIENTLY).toContain('memory');
      expect(await page.locator('metric-chart').count()).toBe(1);
      await page.evaluate((secret) => {
        const panel = document.querySelector('metrics-panel');
        if (panel !== null) panel.token = secret;
      }, more?.stdout.trim() ?? '');
      await expect.poll(() => page.locator('metric-chart').count(), PATIENTLY).toBe(2);
      expect(await missing.count()).toBe(0);
    } finally {
      await close();
    }
  });

  it('is renewed before it expires, without missing a sample', { timeout: 60_000 }, async () => {
    const { page, origin, close } = await openPage(withPanel);
    try {
      // The agent announces the expiry a minute before, so at once.
      const first = await token('create', '--metrics', 'cpu', '--origins', origin, '--expires', '20s');
      const second = await token('create', '--metrics', 'cpu', '--origins', origin);
      await page.evaluate(
        ([one, two]) => {
          const panel = document.createElement('metrics-panel');
          panel.setAttribute('metrics', 'cpu');
          const answers = [one, two];
          const seen: { seqs: number[]; states: string[] } = { seqs: [], states: [] };
          Object.assign(window, { seen });
          panel.getToken = () => answers.shift() ?? '';
          panel.addEventListener('sample', ({ detail }) => seen.seqs.push(detail.seq));
          panel.addEventListener('statuschange', ({ detail }) => seen.states.push(detail.state));
          document.body.append(panel);
        },
        [first.stdout.trim(), second.stdout.trim()] as const,
      );
      const seen = () =>
        page.evaluate(() => (window as unknown as { seen: { seqs: number[]; states: string[] } }).seen);
      await expect.poll(async () => (await seen()).seqs.length, { timeout: 40_000 }).toBeGreaterThan(25);
      const { seqs, states } = await seen();
      expect(states).toEqual(['connecting', 'connected']);
      const first25 = seqs.slice(-25);
      expect(first25.map((seq) => seq - (first25[0] ?? 0))).toEqual(first25.map((_seq, index) => index));
    } finally {
      await close();
    }
  });
});

it('a page of another origin reads nothing from a default agent but the refusal: WebSocket, SSE, poll, fetch, frame, script', async () => {
  const { page, close } = await openPage(() => '<body></body>');
  try {
    const read = await page.evaluate(async (agentUrl) => {
      const socket = (protocols: string[]) =>
        new Promise<string>((resolve) => {
          const webSocket = new WebSocket(`${agentUrl.replace('http', 'ws')}metrics`, protocols);
          webSocket.addEventListener('open', () =>
            webSocket.send('{"action":"subscribe","metrics":["cpu"]}'),
          );
          webSocket.addEventListener('message', ({ data }) => resolve(String(data)));
          webSocket.addEventListener('close', ({ code }) => resolve(`closed ${code}`));
        });
      const fetched = async (path: string, init?: RequestInit) => {
        try {
          const answer = await fetch(agentUrl + path, init);
          return `${answer.type} ${await answer.text()}`;
        } catch {
          return 'failed';
        }
      };
      const events = () =>
        new Promise<string>((resolve) => {
          const source = new EventSource(`${agentUrl}metrics/sse?subscriptions=[{"metrics":["cpu"]}]`);
          source.addEventListener('message', ({ data }) => resolve(String(data)));
          source.addEventListener('error', () => resolve('failed'));
        });
      const frame = (path: string) =>
        new Promise<string>((resolve) => {
          const element = document.createElement('iframe');
          element.src = agentUrl + path;
          element.addEventListener('load', () => {
            // `null` for another origin.
            resolve(element.contentDocument?.body.textContent ?? 'closed');
          });
          document.body.append(element);
        });
      const script = (path: string) =>
        new Promise<string>((resolve) => {
          const element = document.createElement('script');
          element.src = agentUrl + path;
          element.addEventListener('load', () => resolve('loaded'));
          element.addEventListener('error', () => resolve('failed'));
          document.body.append(element);
        });
      const body = '{"subscriptions":[{"metrics":["cpu"]}]}';
      return {
        plain: await socket([]),
        v1: await socket(['metrics-panel.v1']),
        sse: await events(),
        poll: await fetched('metrics/poll', { method: 'POST', body }),
        pollAsForm: await fetched('metrics/poll', { method: 'POST', body, mode: 'no-cors' }),
        health: await fetched('healthz'),
        healthOpaque: await fetched('healthz', { mode: 'no-cors' }),
        page: await fetched(''),
        tokens: await fetched('tokens'),
        frame: await frame(''),
        frameOfHealth: await frame('healthz'),
        script: await script('healthz'),
        scriptOfSse: await script('metrics/sse?subscriptions=[{"metrics":["cpu"]}]'),
      };
    }, agent.url);
    expect(read).toEqual({
      plain: 'closed 1006',
      v1: 'closed 1006',
      sse: 'failed',
      poll: expect.stringMatching(
        /^cors \{"error":"Pages of [^"]*","code":"origin_not_allowed"\}$/,
      ) as unknown,
      pollAsForm: 'failed',
      health: 'failed',
      healthOpaque: 'failed',
      page: 'failed',
      tokens: 'failed',
      frame: 'closed',
      frameOfHealth: 'closed',
      script: 'failed',
      scriptOfSse: 'failed',
    });
  } finally {
    await close();
  }
});
