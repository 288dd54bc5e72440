import type { LitElement } from 'lit';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';
import {
  asOf,
  badgeOf,
  countOf,
  chartOf,
  foldSection,
  framesOf,
  openPage,
  placeIn,
  plotOf,
  sectionOf,
  wordsOf,
} from './dashboard-page.ts';

let browser: Browser;
let fastAgent: AgentProcess;
/** Samples every second, the default. */
let usualAgent: AgentProcess;
const running: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  [browser, fastAgent, usualAgent] = await Promise.all([
    launchBrowser(),
    startAgent({ args: ['--interval', '250'] }),
    startAgent(),
  ]);
});
afterAll(() => Promise.all([browser.close(), fastAgent.kill(), usualAgent.kill()]));
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

async function agent(options?: Parameters<typeof startAgent>[0]): Promise<AgentProcess> {
  const started = await startAgent(options);
  running.push({ close: () => started.kill('SIGKILL') });
  return started;
}

async function open(
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const { context, page, errors } = await openPage(browser, url, options);
  running.push(context);
  return { page, errors };
}

/** Times of the samples in the first chart. */
async function heldTimes(page: Page): Promise<number[]> {
  return page
    .locator('metric-chart')
    .first()
    .evaluate((chart) => {
      const { samples } = chart as HTMLElementTagNameMap['metric-chart'];
      return Array.from({ length: samples?.length ?? 0 }, (_, row) => samples?.timestampAt(row) ?? 0);
    });
}

describe('the dashboard', () => {
  it('shows this host live: points appear and move, without an error on the page', async () => {
    const { page, errors } = await open(fastAgent.url);
    await expect.poll(() => badgeOf(page).innerText()).toContain('Connected');
    await expect.poll(() => countOf(page)).toBeGreaterThan(2);
    const canvas = plotOf(page);
    const before = await canvas.screenshot();
    await expect.poll(async () => before.equals(await canvas.screenshot())).toBe(false);
    expect(await wordsOf(page, 'memory')).toMatch(/^Memory: [\d.]+ %\./);
    expect(await page.locator('h1').first().innerText()).not.toBe('Live metrics');
    expect(await page.locator('host-summary dl').textContent()).toMatch(
      /System[^]*CPU[^]*Cores[^]*Memory[^]*Up[^]*Agent/,
    );
    expect(await page.title()).toContain('metrics-panel');
    expect(errors).toEqual([]);
  });

  it('speaks Chinese to a browser that prefers it, also at 320 px, and declares it to screen readers', async () => {
    const { page, errors } = await open(fastAgent.url, {
      locale: 'zh-CN',
      viewport: { width: 320, height: 640 },
    });
    await expect.poll(() => badgeOf(page).innerText()).toContain('已连接');
    await expect.poll(() => wordsOf(page, 'memory')).toMatch(/^内存：.*个样本中最低/);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await expectPageAccessible(page);
    await page.locator('window-switch .open').click();
    await page.getByRole('radio', { name: '5 分钟', exact: true }).click();
    await page.getByRole('button', { name: '更多' }).click();
    await expectPageAccessible(page);
    await page.getByRole('button', { name: '嵌入' }).click();
    await page.getByLabel('查找指标').fill('已用内存');
    const texts = await page.locator('embed-dialog dialog').innerText();
    // Without names of metrics and the snippet.
    expect(texts.replaceAll(/memory\.\w+|<.*>|HTML|CPU/g, '')).not.toMatch(/[a-z]{3}/i);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  });

  it('is live in a browser without a locale, such as one started by a service for a wall display', async () => {
    const bare = await launchBrowser([], { ...process.env, LC_ALL: 'C' });
    running.push(bare);
    const page = await bare.newPage();
    await page.goto(usualAgent.url);
    await expect.poll(() => countOf(page), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^en/);
  });

  it.each(['charts', 'sections', 'drawn-chart', 'board'])(
    'has all of its charts although the first request for %s failed',
    async (part) => {
      const page = await browser.newPage();
      running.push(page);
      let attempts = 0;
      await page.route(new RegExp(`/assets/${part}-`), (route) => {
        attempts += 1;
        return attempts === 1 ? route.abort() : route.continue();
      });
      await page.goto(`${usualAgent.url}?open=Memory`);
      await page.locator('host-board metric-chart').first().waitFor();
      await sectionOf(page, 'Memory').locator('metric-chart').first().waitFor();
      await expect.poll(() => countOf(page)).toBeGreaterThan(0);
      await expect.poll(() => page.locator('metric-chart .empty').count()).toBe(0);
      expect(attempts).toBe(2);
    },
  );

  it('can be installed as an app', async () => {
    const { page } = await open(usualAgent.url);
    const devtools = await page.context().newCDPSession(page);
    const { errors, data } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '{}')).toMatchObject({ name: 'metrics-panel', display: 'standalone' });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // Test pages are in private contexts.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
      [],
    );
  });

  it('[RT-3] has full charts on arrival', async () => {
    const { url } = fastAgent;
    const first = await open(url);
    await expect.poll(() => countOf(first.page)).toBe(20);
    // The agent's very first sample may be off the grid: wait until it is gone.
    const [oldest] = await heldTimes(first.page);
    await expect.poll(async () => (await heldTimes(first.page))[0]).not.toBe(oldest);
    const { page } = await open(url);
    await expect.poll(() => countOf(page), { interval: 5 }).toBeGreaterThan(0);
    // Not polled: the first drawing already has them.
    expect(await countOf(page)).toBe(20);
    expect(await countOf(page, 'memory')).toBe(20);
  });

  it('[RC-1] survives kill -9 of the agent: says so, reconnects, and the charts continue', async () => {
    const first = await agent();
    const { page, errors } = await open(first.url);
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(3);
    await page.evaluate(() => document.documentElement.setAttribute('data-not-reloaded', ''));
    const before = await heldTimes(page);

    await first.kill('SIGKILL');
    await expect.poll(() => badgeOf(page).innerText(), { timeout: 2000 }).toContain('Reconnecting');
    await expect.poll(() => wordsOf(page)).toContain('not live since');
    expect(await asOf(page).innerText()).toMatch(/^at \d/);
    await expectPageAccessible(page);

    await agent({ port: first.port });
    await expect.poll(() => badgeOf(page).innerText(), { timeout: 5000 }).toContain('Connected');
    await expect.poll(() => heldTimes(page), { timeout: 10_000 }).not.toEqual(before);
    // The earlier samples are kept, and new ones follow.
    expect((await heldTimes(page)).slice(0, before.length)).toEqual(before);
    expect(await wordsOf(page)).not.toContain('not live since');
    expect(await page.locator('html[data-not-reloaded]').count()).toBe(1);
    // The browser itself logs each refused attempt while the agent is down; a page cannot prevent that.
    expect(errors.filter((text) => !/net::ERR_CONNECTION_(?:REFUSED|RESET)/.test(text))).toEqual([]);
  });

  it('shows all metrics of the agent once, in cards and by subject, and remembers folded sections', async () => {
    const { page, errors } = await open(fastAgent.url);
    await expect.poll(() => countOf(page)).toBeGreaterThan(0);
    const folded = page.locator('main details:not([open]) > summary');
    for (let left = await folded.count(); left > 0; left -= 1) await folded.first().press('Enter');
    await framesOf(page);
    const { drawn, known } = await page.evaluate(() => {
      const charts =
        document.querySelector('metrics-panel')?.shadowRoot?.querySelectorAll('metric-chart') ?? [];
      const { catalogue = [] } = document.querySelector('host-summary')?.welcome ?? {};
      return {
        drawn: [...charts].map(({ dataset, series }) => [
          dataset['metric'] ?? '',
          ...(series?.map(({ name }) => name) ?? []),
        ]),
        known: catalogue.map(({ name }) => name),
      };
    });
    // The number of a card may also be one of its lines, and rare states of processors are only there once they matter.
    const names = drawn.flatMap((each) => [...new Set(each)]);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    expect(twice.filter((name) => !/^cpu\.(?:nice|irq|softirq)$/.test(name))).toEqual([]);
    const constant =
      /^(?:memory\.(?:total|swapTotal)|system\.uptime|limit\.\w+|filesystem\.[^.]+\.totalBytes)$/;
    const isDrawn = (name: string): boolean => !constant.test(name);
    expect(new Set(names)).toEqual(new Set(known.filter(isDrawn)));
    expect(await chartOf(page, 'memory').locator('[part=caption]').textContent()).toMatch(/^[\d.,]+ GiB/);
    await foldSection(page, 'Memory');
    expect(await sectionOf(page, 'Memory').locator('metric-chart').count()).toBe(0);
    await page.reload();
    await expect
      .poll(() => sectionOf(page, 'Memory').innerText())
      .toMatch(/Memory available\s+[\d.,]+ [GM]iB/);
    expect(await sectionOf(page, 'Memory').getAttribute('open')).toBeNull();
    expect(await sectionOf(page, 'CPU').getAttribute('open')).not.toBeNull();
    expect(errors).toEqual([]);
  });

  it('lists the processes of the time selected by click or key', async () => {
    const { page, errors } = await open(usualAgent.url, { viewport: { width: 320, height: 640 } });
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(4);
    await page.mouse.click(...(await placeIn(page, 0.9)));
    const sheet = page.locator('aside');
    await expect.poll(() => sheet.locator('tbody tr').count()).toBeGreaterThan(3);
    expect(await sheet.locator('.caption').innerText()).toMatch(/^Processes at [\d:]+$/);
    expect(await sheet.locator('strong').innerText()).toMatch(
      /^CPU at [\d:]+: user [\d.]+ %, system [\d.]+ %/,
    );
    const chosen = await sheet.locator('strong').innerText();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => sheet.locator('strong').innerText()).not.toBe(chosen);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await expectPageAccessible(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => sheet.count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it.each([
    { name: 'wide and dark', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
    { name: 'wide and light', colorScheme: 'light', viewport: { width: 1440, height: 900 } },
    { name: 'on a phone', colorScheme: 'dark', viewport: { width: 375, height: 740 } },
    { name: 'on a screen of 320 px', colorScheme: 'light', viewport: { width: 320, height: 640 } },
  ] as const)('is accessible $name, and nothing overflows', async ({ colorScheme, viewport }) => {
    const { page, errors } = await open(usualAgent.url, { colorScheme, viewport });
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(1);
    await expectPageAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    expect(errors).toEqual([]);
  });

  it('remembers the chosen theme', async () => {
    const { page } = await open(usualAgent.url, { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.locator('#more').click();
    await page.getByRole('radio', { name: 'Dark theme' }).check();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await page.locator('#more').click();
    await page.getByRole('radio', { name: 'Same theme as the system' }).check();
    expect(await background()).toBe(light);
  });

  it('says that it needs a token, and takes it from the fragment, removing it from the URL', async () => {
    const { url } = await agent({ env: { METRICS_PANEL_TOKEN: 'correct-horse' } });
    const stranger = await open(url);
    await expect.poll(() => badgeOf(stranger.page).innerText()).toContain('Error');
    await stranger.page.getByRole('heading', { name: 'The agent asks for a token' }).waitFor();
    await expectPageAccessible(stranger.page);
    expect(await stranger.page.locator('metric-chart').count()).toBe(0);

    // In the same tab only the fragment changes, so the page is not reloaded.
    const { page } = stranger;
    const field = page.getByLabel('Token', { exact: true });
    const form = page.locator('token-form');
    // Only the form: no error yet, and no empty dashboard.
    expect(await page.locator('metrics-panel').isVisible()).toBe(false);
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await form.getByRole('alert').isVisible()).toBe(false);
    expect(await field.getAttribute('aria-invalid')).toBe('false');
    for (const token of ['wrong', 'wrong', 'correct-horse']) {
      await field.fill(token);
      await page.getByRole('button', { name: 'Show the metrics' }).click();
      if (token !== 'wrong') continue;
      // Next to the field, associated with it, and with the input selected for correction.
      await expect.poll(() => form.getByRole('alert').innerText()).toBe('Invalid token');
      await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
      await expect
        .poll(() => field.evaluate((input) => (input as HTMLInputElement).ariaDescribedByElements?.[0]?.id))
        .toBe('wrong');
      await expect
        .poll(() =>
          field.evaluate((input) => {
            const { value, selectionStart, selectionEnd } = input as HTMLInputElement;
            const root = input.getRootNode() as ShadowRoot;
            return [value, selectionStart, selectionEnd, root.activeElement === input];
          }),
        )
        .toEqual(['wrong', 0, 5, true]);
      await expectPageAccessible(page);
    }
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(1);
    expect(await page.locator('token-form').isVisible()).toBe(false);
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${url}?again#token=correct-horse`);
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(1);
    expect(page.url()).toBe(`${url}?again`);
    await page.reload();
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(1);
  });

  it('draws nothing without animation frames, as in a hidden tab, and the whole chart with the next frame', async () => {
    const { page } = await open(fastAgent.url);
    await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(2);
    // Headless Chromium has no hidden tabs; to a page they differ by the lack of animation frames.
    const countHidden = () =>
      page.evaluate(async () => {
        const held: FrameRequestCallback[] = [];
        const give = window.requestAnimationFrame;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        window.requestAnimationFrame = (callback) => held.push(callback);
        const panel = document.querySelector<LitElement>('metrics-panel');
        const drawn = () =>
          panel?.shadowRoot?.querySelector('metric-chart')?.shadowRoot?.querySelector('canvas')?.toDataURL();
        await new Promise((resolve) => setTimeout(resolve, 0));
        const before = drawn();
        await new Promise<void>((resolve) => {
          let samples = 0;
          panel?.addEventListener('sample', () => {
            samples += 1;
            if (samples === 4) resolve();
          });
        });
        const wasStill = drawn() === before;
        window.requestAnimationFrame = give;
        for (const callback of held) callback(performance.now());
        await panel?.updateComplete;
        await new Promise((resolve) => setTimeout(resolve, 0));
        return { wasStill, requested: held.length, isNew: drawn() !== before };
      });
    // Polled, since a late sample makes charts stale, without a frame.
    await expect.poll(countHidden).toEqual({ wasStill: true, requested: 1, isNew: true });
  });
});
