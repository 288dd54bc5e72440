import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser, openEmbedDialog } from './browser.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';
import { PROXY_NAMES, PUBLIC_NAME, startReverseProxy, type ReverseProxy } from './reverse-proxy.ts';
import { freeOrigin, servePage } from './web-server.ts';

const SECRET = randomBytes(32).toString('base64url');

for (const name of PROXY_NAMES) {
  describe.skipIf(installedProgram(name) === undefined)(
    `behind ${name}, below /monitor/ and with TLS${whetherInstalled(name)}`,
    () => {
      let agent: AgentProcess;
      let proxy: ReverseProxy;
      let browser: Browser;
      let context: BrowserContext;
      /** Origin of the embedding pages. */
      let origin: string;
      let state: string;

      beforeAll(async () => {
        state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
        origin = await freeOrigin();
        agent = await startAgent({
          args: `--allow-host ${PUBLIC_NAME} --trusted-proxy 127.0.0.1 --allow-origin ${origin} --interval 250 --log-level trace`.split(
            ' ',
          ),
          env: { METRICS_PANEL_TOKEN: SECRET, METRICS_PANEL_STATE: state },
        });
        proxy = await startReverseProxy(name, agent.port);
        browser = await launchBrowser(proxy.flags);
      });
      afterAll(async () => {
        await Promise.all([browser.close(), proxy.stop(), agent.kill()]);
        rmSync(state, { recursive: true });
      });
      afterEach(() => context.close());

      /** Opens a page and collects its errors. */
      async function newPage(): Promise<{ page: Page; errors: string[] }> {
        context = await browser.newContext();
        const page = await context.newPage();
        const errors: string[] = [];
        page.on('pageerror', ({ message }) => errors.push(message));
        page.on('console', (message) => {
          if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
        });
        return { page, errors };
      }

      async function expectLive(page: Page, transport: string): Promise<void> {
        await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
        await expect.poll(() => transportOf(page)).toBe(`Live over ${transport}.`);
        const chart = page.locator('metric-chart[data-metric="cpu"] canvas[role="img"]');
        await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/^CPU: [\d.]+ %/);
      }

      it('the dashboard is live with the token of its fragment, and everything it loads arrives', async () => {
        const { page, errors } = await newPage();
        const failed: string[] = [];
        page.on('response', (response) => {
          if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`);
        });
        await page.goto(`${proxy.url.replace(/\/$/, '')}#token=${SECRET}`);
        await expectLive(page, 'WebSocket');
        expect(page.url()).toBe(proxy.url);
        await page.reload();
        await expectLive(page, 'WebSocket');

        const devtools = await context.newCDPSession(page);
        const manifest = await devtools.send('Page.getAppManifest');
        expect(manifest.errors).toEqual([]);
        expect(manifest.url).toBe(`${proxy.url}manifest.webmanifest`);
        const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
        const reasons = installabilityErrors.map(({ errorId }) => errorId);
        expect(reasons.filter((id) => id !== 'in-incognito')).toEqual([]);
        expect({ errors, failed }).toEqual({ errors: [], failed: [] });
      });

      it('the dashboard makes a snippet and a token for a page elsewhere, and the panel there is live', async () => {
        const { page, errors } = await newPage();
        const address = await freeOrigin();
        await page.goto(`${proxy.url}#token=${SECRET}`);
        await expectLive(page, 'WebSocket');
        await openEmbedDialog(page);
        await page.getByLabel('Address of the page').fill(address);
        await page.getByRole('button', { name: 'Make a token' }).click();
        const snippet = page.locator('embed-dialog pre');
        await expect.poll(() => snippet.innerText()).toMatch(/ token="[\w-]+\.[\w-]+\.[\w-]+"/);
        const lines = await snippet.innerText();
        expect(lines).toContain(`src="${proxy.url}embed/metrics-panel.js"`);
        expect(lines).not.toContain(SECRET);

        const elsewhere = await servePage(pageOf(lines), {}, address);
        try {
          await page.goto(elsewhere.url);
          await expectLive(page, 'WebSocket');
          expect(errors).toEqual([]);
        } finally {
          await elsewhere.stop();
        }
      });

      it.each(['SSE', 'long poll'])(
        'samples arrive by %s if nothing better gets through',
        async (transport) => {
          const { page } = await newPage();
          await page.addInitScript(sendWebSocketsNowhere);
          if (transport !== 'SSE') await page.route('**/metrics/sse*', (route) => route.abort());
          await page.goto(`${proxy.url}#token=${SECRET}`);
          await expectLive(page, transport);
          expect(await nextSamples(page, 4)).toEqual([1, 1, 1]);
        },
      );

      it('a panel in a page of another origin is live', async () => {
        const { page, errors } = await newPage();
        const elsewhere = await servePage(pageOf(panel(proxy)), {}, origin);
        try {
          await page.goto(elsewhere.url);
          await expectLive(page, 'WebSocket');
          expect(errors).toEqual([]);
        } finally {
          await elsewhere.stop();
        }
      });

      it('a page of an origin that is not allowed reads nothing', async () => {
        const { page } = await newPage();
        const stranger = await servePage(pageOf(panel(proxy)));
        const before = proxy.accessLog().length;
        try {
          await page.goto(stranger.url);
          await expect.poll(() => proxy.accessLog().slice(before)).toMatch(/(?:" |"status":)403/);
          await page.locator('metrics-panel connection-badge').waitFor();
          expect(await page.locator('metric-chart').count()).toBe(0);
        } finally {
          await stranger.stop();
        }
      });

      it('no log contains the secret, or a token in a URL', async () => {
        const { page } = await newPage();
        await page.goto(`${proxy.url}#token=${SECRET}`);
        await expectLive(page, 'WebSocket');
        const accessLog = proxy.accessLog();
        for (const path of ['', 'metrics', 'metrics/sse', 'metrics/poll', 'embed/metrics-panel.js']) {
          expect(accessLog).toMatch(new RegExp(`/monitor/${path}[ ?"]`));
        }
        for (const log of [accessLog, proxy.errorLog(), JSON.stringify(agent.log)]) {
          expect(log).not.toContain(SECRET);
          expect(log).not.toMatch(/token=/i);
        }
      });

      it('guessing tokens blocks the address that the proxy saw, whatever X-Forwarded-For claims', async () => {
        const guess = (number: number) =>
          proxy.poll({
            'X-Forwarded-For': `203.0.113.${number}`,
            Authorization: `Bearer wrong-${number}`,
          });
        for (let number = 1; number <= 5; number += 1) expect(await guess(number)).toBe(401);
        expect(await guess(6)).toBe(429);
        const said = () => JSON.stringify(agent.log);
        await expect.poll(said).toContain('Too many wrong tokens have come from 127.0.0.1');
      });
    },
  );
}

function panel({ url }: ReverseProxy): string {
  return `<script type="module" src="${url}embed/metrics-panel.js"></script>
    <metrics-panel metrics="cpu" token="${SECRET}"></metrics-panel>`;
}

function pageOf(body: string): string {
  return `<!doctype html><html lang="en"><title>Elsewhere</title>${body}`;
}

/** The transport, from the badge's detail. */
async function transportOf(page: Page): Promise<string> {
  const detail = await page.locator('connection-badge .detail').first().textContent();
  return /Live over [^.]*\./.exec(detail ?? '')?.[0] ?? '';
}

/** Differences of `seq` between the next samples. */
async function nextSamples(page: Page, count: number): Promise<number[]> {
  const seqs = await page.locator('metrics-panel').evaluate(
    (element, most) =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        (element as HTMLElementTagNameMap['metrics-panel']).addEventListener('sample', ({ detail }) => {
          seen.push(detail.seq);
          if (seen.length === most) resolve(seen);
        });
      }),
    count,
  );
  return seqs.slice(1).map((seq, index) => seq - (seqs[index] ?? 0));
}

/** Runs in the page: its WebSockets request a path that does not exist, as if a proxy did not support them. */
function sendWebSocketsNowhere(): void {
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(`${String(url)}/nowhere`, protocols);
    }
  };
}
