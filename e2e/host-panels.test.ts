import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';
import { serveHosts, type ServedHosts, type ServeOptions } from './served-hosts.ts';
import { freeOrigin, servePage } from './web-server.ts';

type Served = Awaited<ReturnType<typeof serveHosts>>;

let browser: Browser;
let origin: string;
const ending: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [browser, origin] = await Promise.all([launchBrowser(), freeOrigin()]);
});
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});
afterAll(() => browser.close());

async function serving(labels: readonly string[], options: ServeOptions = {}): Promise<Served> {
  const server = await serveHosts(labels, { args: ['--allow-origin', origin], ...options });
  ending.push(() => server.stop());
  return server;
}

async function blank(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  ending.push(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  return page;
}

/** A page elsewhere with panels of the agent. @param before runs before it is opened */
async function embedding(
  { url }: Pick<ServedHosts, 'url'>,
  panels: string,
  before: (page: Page) => Promise<void> = async () => {},
): Promise<Page> {
  const html = `<!doctype html><html lang="en"><title>Elsewhere</title><script type="module" src="${url}embed/metrics-panel.js"></script><main><h1>Elsewhere</h1>${panels}</main>`;
  const server = await servePage(html, {}, origin);
  ending.push(() => server.stop());
  const page = await blank();
  await before(page);
  await page.goto(server.url);
  return page;
}

const withoutWebSocket = (page: Page): Promise<void> => page.routeWebSocket(/./, (socket) => socket.close());
const withPollsAlone = async (page: Page): Promise<void> => {
  await withoutWebSocket(page);
  await page.route(/\/metrics\/sse/, (route) => route.abort());
};

const value = (page: Page, metric: string) =>
  page.locator(`metrics-panel metric-chart[data-metric="${metric}"] [part="value"]`);
const chart = (page: Page, metric = 'cpu') => page.locator(`comparison-chart[data-metric="${metric}"]`);
const legend = (page: Page, metric = 'cpu') => chart(page, metric).locator('li');

describe('<metrics-panel host>', () => {
  it.each([
    ['WebSocket', async () => {}],
    ['server-sent events', withoutWebSocket],
    ['long polling', withPollsAlone],
  ] as const)(
    'shows a host by its label over %s, leaves out what only others have, and tells that it is down',
    async (_name, before) => {
      const server = await serving(['web-1', 'web-2']);
      const page = await embedding(
        server,
        '<metrics-panel host="web-2" metrics="cpu,only.elsewhere" tables="processes"></metrics-panel>',
        before,
      );
      await expect.poll(() => value(page, 'cpu').textContent()).toMatch(/\d/);
      await expect.poll(() => page.locator('[part="missing"]').textContent()).toContain('only.elsewhere');
      await page.evaluate(() => {
        const panel = document.querySelector('metrics-panel');
        const told: unknown[] = [];
        panel?.addEventListener('hostchange', ({ detail }) => told.push(detail));
        panel?.addEventListener('sample', ({ detail }) => Object.assign(window, { sampledBy: detail.host }));
        Object.assign(window, { told });
      });
      await expect.poll(() => page.evaluate('window.sampledBy')).toBe('id-web-2');
      server.host('web-2').tell({ state: 'down', sinceMs: Date.now(), reason: 'it was switched off' });
      await expect
        .poll(() => page.locator('[part="host"]').textContent())
        .toContain(': it was switched off. This is its last picture.');
      expect(await page.evaluate('document.querySelector("metrics-panel").shownHost')).toMatchObject({
        id: 'id-web-2',
        label: 'web-2',
        status: { state: 'down', reason: 'it was switched off' },
      });
      server.host('web-2').tell({ state: 'up', sinceMs: Date.now() });
      await expect.poll(() => page.locator('[part="host"]').count()).toBe(0);
      expect(await page.evaluate('window.told.map(({ status }) => status.state)')).toEqual(['down', 'up']);
    },
  );

  it('finds a host that comes later, over each transport', async () => {
    const server = await serving(['web-1']);
    const panels = '<metrics-panel host="web-9" metrics="cpu"></metrics-panel>';
    const pages = [await embedding(server, panels)];
    for (const before of [withoutWebSocket, withPollsAlone]) {
      const page = await blank();
      await before(page);
      await page.goto(pages[0]?.url() ?? '');
      pages.push(page);
    }
    for (const page of pages) await page.getByText('No host web-9').waitFor();
    server.add('web-9');
    for (const page of pages) await expect.poll(() => value(page, 'cpu').textContent()).toMatch(/\d/);
  });
});

describe('<metrics-panel window>', () => {
  it('does not say of a host of another agent that there is no history of it', async () => {
    const server = await serving(['web-1', 'web-2']);
    const page = await embedding(
      server,
      '<metrics-panel host="web-1" window="24h"></metrics-panel><metrics-panel host="web-2" window="24h"></metrics-panel>',
    );
    const past = page.locator('metrics-panel .past');
    await expect
      .poll(() => past.allInnerTexts())
      .toEqual([
        'This agent keeps no history. These are its newest samples.',
        'No history of this host is kept here: its own agent may keep one. These are its newest samples.',
      ]);
  });
});

describe('<metrics-panel hosts>', () => {
  it('draws a line for each host, with its value, and says of the others how many they are', async () => {
    const labels = Array.from({ length: 11 }, (_, index) => `web-${index + 1}`);
    const page = await embedding(
      await serving([...labels, 'db-1']),
      '<metrics-panel hosts="web-*" metrics="cpu,memory"></metrics-panel>',
    );
    await expect.poll(() => legend(page).count()).toBe(8);
    await expect.poll(() => legend(page, 'memory').count()).toBe(8);
    await expect
      .poll(() => legend(page).locator('.reading').allTextContents())
      .toEqual(Array.from({ length: 8 }, (): unknown => expect.stringMatching(/^\d+\.\d %$/)));
    await page.getByText('8 of 11 hosts: those that are named, then those in trouble.').waitFor();
    expect(await page.locator('metric-chart').count()).toBe(0);
    await expectPageAccessible(page);
  });

  it('says of a host that is down since when, keeps its line, and says whose clock is off', async () => {
    const server = await serving(['web-1', 'web-2', 'web-3']);
    server.add('late', { aheadMs: 190_000 });
    const page = await embedding(
      server,
      '<metrics-panel hosts="web-1,web-2,web-3,late" metrics="cpu"></metrics-panel>',
    );
    await expect.poll(() => legend(page).count()).toBe(4);
    await page.getByText('The clock of late is 3 min ahead of the others').waitFor();
    server.host('web-2').tell({ state: 'down', sinceMs: Date.now(), reason: 'it was switched off' });
    await expect.poll(() => legend(page).nth(1).textContent()).toMatch(/web-2\s*down since \d\d:\d\d:\d\d/);
    server.remove('id-web-3');
    await expect.poll(() => legend(page).count()).toBe(3);
    server.host('web-2').tell({ state: 'up', sinceMs: Date.now() });
    await expect.poll(() => legend(page).nth(1).textContent()).toMatch(/web-2\s*\d+\.\d %/);
  });

  it('reads all hosts at one time with the pointer and the arrow keys, in all charts', async () => {
    const page = await embedding(
      await serving(['web-1', 'web-2']),
      '<metrics-panel hosts="*" metrics="cpu,memory"></metrics-panel>',
    );
    await expect.poll(() => legend(page).count()).toBe(2);
    await chart(page).locator('figure').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => chart(page).locator('.said').textContent())
      .toMatch(/^at \d\d:\d\d:\d\d, web-1 \d/);
    await expect.poll(() => chart(page, 'memory').locator('.as-of').textContent()).toMatch(/at \d\d/);
    expect(await chart(page, 'memory').locator('.hair').isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    await expect.poll(() => chart(page, 'memory').locator('.as-of').textContent()).toBe('');
  });

  it('shows the same over long polling', async () => {
    const page = await embedding(
      await serving(['web-1', 'web-2']),
      '<metrics-panel hosts="web-2,web-1" metrics="cpu"></metrics-panel>',
      withPollsAlone,
    );
    await expect
      .poll(() => legend(page).allTextContents())
      .toEqual([expect.stringMatching(/web-2\s*\d/), expect.stringMatching(/web-1\s*\d/)]);
  });

  it('waits for hosts that are not there yet', async () => {
    const server = await serving(['db-1']);
    const page = await embedding(server, '<metrics-panel hosts="web-*" metrics="cpu"></metrics-panel>');
    await page.getByText('No host to compare').last().waitFor();
    server.add('web-1');
    await expect.poll(() => legend(page).count()).toBe(1);
  });
});

describe('the page that compares', () => {
  it('tells a host apart from another of its label that it does not show', async () => {
    const server = await serving(['web-1', 'vm']);
    server.add('vm', { id: 'second-vm' });
    const page = await blank();
    await page.goto(`${server.url}?compare=web-1,second-vm`);
    await expect
      .poll(() => legend(page).allTextContents())
      .toEqual([expect.stringMatching(/web-1\s*\d/), expect.stringMatching(/vm · second-vm\s*\d/)]);
    await page.getByRole('link', { name: 'vm · second-vm' }).waitFor();
    await expect.poll(() => page.title()).toBe('CPU · web-1, vm · second-vm · metrics-panel');
  });

  it('keeps hosts, metric and time in its address, and leads to a host and back', async () => {
    const { url } = await serving(['web-1', 'web-2', 'db-1']);
    const page = await blank();
    await page.goto(`${url}?compare=web-1,id-db-1`);
    await expect.poll(() => legend(page).count()).toBe(2);
    await page.getByRole('combobox', { name: /^Metric/ }).selectOption({ label: 'Memory' });
    await expect.poll(() => legend(page, 'memory').count()).toBe(2);
    await page.getByRole('combobox', { name: /^Time shown/ }).selectOption({ label: '1 minute' });
    expect(new URL(page.url()).search).toBe('?compare=web-1,id-db-1&metric=memory&window=1m');
    expect(await page.title()).toBe('Memory · web-1, db-1 · metrics-panel');
    await expectPageAccessible(page);
    await page.reload();
    await expect.poll(() => legend(page, 'memory').count()).toBe(2);
    await page.getByRole('link', { name: 'db-1' }).click();
    await expect.poll(() => page.locator('.bar h1 button').innerText()).toBe('db-1');
    await page.goBack();
    await expect.poll(() => legend(page, 'memory').count()).toBe(2);
    await page.getByRole('button', { name: 'Do not compare web-1' }).click();
    await expect.poll(() => legend(page, 'memory').count()).toBe(1);
    const phone = await blank(PHONE);
    await phone.goto(page.url());
    await expect.poll(() => legend(phone, 'memory').count()).toBe(1);
    await expectPageAccessible(phone);
  });
});

describe('a token for one host', () => {
  const tokenFor = async (url: string, host: string): Promise<string> => {
    const answer = await fetch(`${url}tokens`, {
      method: 'POST',
      headers: { Authorization: 'Bearer secret-of-the-operator' },
      body: JSON.stringify({
        metrics: ['*'],
        tables: ['*'],
        hosts: [host],
        origins: [],
        expiresInS: 3600,
      }),
    });
    return ((await answer.json()) as { token: string }).token;
  };

  it('leads straight to its dashboard, and to no other', async () => {
    const { url } = await serving(['web-1', 'web-2'], { token: 'secret-of-the-operator' });
    const page = await blank();
    await page.goto(`${url}#token=${await tokenFor(url, 'id-web-2')}`);
    await expect.poll(() => page.locator('.bar h1 button').innerText()).toBe('web-2');
    await page.getByText('work-of-web-2').first().waitFor();
    expect(await page.locator('host-switch').count()).toBe(0);
    await page.goto(`${url}?host=web-1`);
    await page.getByText('No host web-1').waitFor();
    const all = await blank();
    await all.goto(`${url}#token=secret-of-the-operator`);
    await all.locator('host-overview').waitFor();
  });

  it('says that it may be the token where it shows no host', async () => {
    const { url } = await serving(['web-1'], { token: 'secret-of-the-operator' });
    const page = await blank();
    await page.goto(`${url}#token=${await tokenFor(url, 'id-web-2')}`);
    await expect
      .poll(() => page.locator('host-overview h1').innerText())
      .toMatch(/^No host is shown to you here: your token may not allow any that there is/);
  });
});
