import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { freeOrigin, servePage, type WebServer } from './web-server.ts';

const SSE = `metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`;
const FIGURES = ['metrics', SSE, 'metrics/poll', 'history?metrics=*', 'healthz', 'tokens'];

let browser: Browser;
let agent: AgentProcess;
/** Origin of the allowed pages. */
let allowed: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  allowed = await freeOrigin();
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--allow-origin', allowed] })]);
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));

/** Opens a page at another port of this machine, which is the same site, or under another name, which is not. */
async function open(html: string, { name = '127.0.0.1', origin = '' } = {}): Promise<Page> {
  const server: WebServer = await servePage(`<!doctype html>${html}`, {}, ...(origin === '' ? [] : [origin]));
  const page = await browser.newPage();
  stops.push(async () => {
    await page.close();
    await server.stop();
  });
  await page.goto(server.url.replace('127.0.0.1', name));
  return page;
}

describe.each(['127.0.0.1', 'localhost'])('a page of %s and of another port', (name) => {
  it('makes an open agent do nothing by any request that needs no CORS', async () => {
    const page = await open('', { name });
    const statuses: number[] = [];
    const devtools = await page.context().newCDPSession(page);
    // Also of answers that the browser withholds from the page.
    devtools.on('Network.responseReceivedExtraInfo', ({ statusCode }) => statuses.push(statusCode));
    await devtools.send('Network.enable');
    await page.evaluate(
      ([url, paths]) => {
        for (const path of paths) {
          const address = url + path;
          document.body.append(
            Object.assign(new Image(), { src: address }),
            Object.assign(document.createElement('script'), { src: address }),
            Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address }),
            Object.assign(document.createElement('video'), { src: address }),
          );
          void fetch(address, { mode: 'no-cors' }).catch(() => {});
          void fetch(address, { mode: 'no-cors', method: 'POST', body: '{}' }).catch(() => {});
        }
      },
      [agent.url, FIGURES] as const,
    );
    await expect.poll(() => statuses.length).toBeGreaterThanOrEqual(FIGURES.length * 6);
    expect(new Set(statuses)).toEqual(new Set([403]));
  });

  it('learns from fetch that its origin is refused, and which setting allows it', async () => {
    const page = await open('', { name });
    const answer = await page.evaluate(async (url) => {
      const response = await fetch(`${url}metrics`);
      return { status: response.status, body: (await response.json()) as unknown };
    }, agent.url);
    expect(answer).toEqual({
      status: 403,
      body: {
        error: expect.stringContaining(`--allow-origin ${new URL(page.url()).origin} `) as unknown,
        code: 'origin_not_allowed',
      },
    });
  });

  it('may link to the dashboard', async () => {
    const page = await open(`<a href="${agent.url}">metrics</a>`, { name });
    await page.getByText('metrics').click();
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
  });

  it('cannot frame the dashboard', async () => {
    const page = await open(`<iframe src="${agent.url}"></iframe>`, { name });
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
  });
});

it('a page of an allowed origin can frame the dashboard, and it is live there', async () => {
  const page = await open(`<iframe src="${agent.url}" width="900" height="600"></iframe>`, {
    origin: allowed,
  });
  const badge = page.frameLocator('iframe').locator('connection-badge button');
  await expect.poll(() => badge.innerText()).toContain('Connected');
});
