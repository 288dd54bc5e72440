import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';
import { servePage } from './web-server.ts';

let browser: Browser;
let agent: AgentProcess;

beforeAll(async () => {
  [browser, agent] = await Promise.all([launchBrowser(), startAgent()]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));

const noticeOf = (page: Page) => page.locator('metrics-panel .notice');
/** Paths of the requests for samples over HTTP, one per attempt. */
function samplesAskedBy(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/metrics/')) paths.push(pathname);
  });
  return paths;
}

it('names the flag that admits the page, retries slowly, and is live soon after the agent has it', async () => {
  const { port } = agent;
  const site = await servePage(`<!doctype html><html lang="en"><title>Page</title>
    <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
    <main><h1>Page</h1><metrics-panel metrics="cpu" heading="Host"></metrics-panel></main>`);
  const { origin } = new URL(site.url);
  const page = await browser.newPage();
  const asked = samplesAskedBy(page);
  try {
    await page.goto(site.url);
    await expect.poll(() => noticeOf(page).innerText()).toContain('The agent refused the connection');
    expect(await noticeOf(page).innerText()).toContain(`--allow-origin ${origin}`);
    await expectPageAccessible(page);
    // Over one transport, and not again at once.
    expect(asked).toEqual(['/metrics/sse']);
    expect(await page.locator('connection-badge .countdown').innerText()).toMatch(/in (?:1\d|20) s/);
    await agent.kill();
    agent = await startAgent({ port, args: ['--allow-origin', origin] });
    const chart = page.locator('metric-chart canvas');
    await expect.poll(() => chart.getAttribute('aria-label'), { timeout: 50_000 }).toMatch(/^CPU: [\d.]+ %/);
  } finally {
    await page.close();
    await site.stop();
  }
});

it('names it also if the panel has a token, and how to make one for the page if the agent requires it', async () => {
  const guarded = await startAgent({ env: { METRICS_PANEL_TOKEN: 'a-secret-of-32-random-characters' } });
  const site = await servePage(`<!doctype html><html lang="en"><title>Page</title>
    <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
    <main><h1>Page</h1>
    <metrics-panel src="${agent.url}" metrics="cpu" heading="Open" token="some-token"></metrics-panel>
    <metrics-panel src="${guarded.url}" metrics="cpu" heading="Guarded" token="some-token"></metrics-panel></main>`);
  const { origin } = new URL(site.url);
  const page = await browser.newPage();
  const asked = samplesAskedBy(page);
  try {
    await page.goto(site.url);
    const notices = noticeOf(page);
    await expect.poll(() => notices.nth(0).innerText()).toContain(`--allow-origin ${origin}`);
    await expect.poll(() => notices.nth(1).innerText()).toContain(`--allow-origin ${origin}`);
    expect(await notices.nth(0).innerText()).not.toContain('token create');
    expect(await notices.nth(1).innerText()).toMatch(/token create --metrics .* --origins http:/);
    expect(asked).toEqual(['/metrics/sse', '/metrics/sse']);
  } finally {
    await page.close();
    await Promise.all([site.stop(), guarded.kill()]);
  }
});

it('says that a page over HTTPS cannot use an agent over HTTP, and does not retry', async () => {
  const page = await browser.newPage();
  await page.route('https://app.example/**', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ path: fileURLToPath(new URL('../dist/package/metrics-panel.js', import.meta.url)) })
      : route.fulfill({
          contentType: 'text/html',
          body: `<!doctype html><html lang="en"><script type="module" src="/metrics-panel.js"></script>
            <metrics-panel src="http://agent.example:8080/"></metrics-panel>`,
        }),
  );
  try {
    await page.goto('https://app.example/');
    await expect.poll(() => noticeOf(page).innerText()).toContain('--tls-cert');
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Error');
  } finally {
    await page.close();
  }
});
