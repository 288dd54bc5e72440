import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE, touching } from './browser.ts';
import {
  asOf,
  badgeOf,
  chartOf,
  chooseWindow,
  countOf,
  foldSection,
  framesOf,
  openPage,
  placeIn,
  searchFor,
  wordsOf,
} from './dashboard-page.ts';

let browser: Browser;
let agent: AgentProcess;
const contexts: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  agent = await startAgent({ args: ['--interval', '250'] });
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));
afterAll(async () => {
  await browser.close();
  await agent.kill();
});

async function open(
  query = '',
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const { context, page, errors } = await openPage(browser, agent.url + query, options);
  contexts.push(context);
  await expect.poll(() => countOf(page)).toBeGreaterThanOrEqual(8);
  return { page, errors };
}

const query = (page: Page): string => new URL(page.url()).search;
const pause = (page: Page) => page.locator('pause-button');

/** Samples that the time axis of a chart has room for. */
const pointsOf = (page: Page): Promise<number> =>
  chartOf(page).evaluate((element) => (element as HTMLElementTagNameMap['metric-chart']).points);

/** Waits for so many more samples. */
async function moreSamples(page: Page, wanted: number): Promise<void> {
  await page.locator('main metrics-panel').evaluate(
    (panel, most) =>
      new Promise<void>((resolve) => {
        let seen = 0;
        const count = (): void => {
          seen += 1;
          if (seen < most) return;
          panel.removeEventListener('sample', count);
          resolve();
        };
        panel.addEventListener('sample', count);
      }),
    wanted,
  );
}

describe('the view of the dashboard', () => {
  it('switches to minutes at once, keeps that in its URL, and is the same from that URL', async () => {
    const { page, errors } = await open();
    await chooseWindow(page, '1 minute');
    expect(query(page)).toBe('?window=1m');
    await expect.poll(() => pointsOf(page)).toBe(240);
    await expect.poll(() => countOf(page)).toBeGreaterThan(20);
    await foldSection(page, 'Memory');
    await page.keyboard.press('t');
    await expect.poll(() => query(page)).toMatch(/^\?window=1m&theme=light&open=/);
    const { page: other } = await open(query(page));
    expect(await other.locator('html').getAttribute('data-theme')).toBe('light');
    await expect.poll(() => pointsOf(other)).toBe(240);
    const openSections = (one: Page) =>
      one.locator('details[open]').evaluateAll((all) => all.map((each) => each.getAttribute('data-section')));
    expect(await openSections(other)).toEqual(await openSections(page));
    await expectPageAccessible(other);
    expect(errors).toEqual([]);
  });

  it('marks the time below the pointer on all charts', async () => {
    const { page } = await open();
    await page.mouse.move(...(await placeIn(page, 0.7)));
    // Read all at once: the charts move below the pointer.
    const times = () =>
      page
        .locator('host-board metric-chart')
        .evaluateAll((all) =>
          all.map(
            (one) => /^at [\d:]+/.exec(one.shadowRoot?.querySelector('.as-of')?.textContent ?? '')?.[0],
          ),
        );
    await expect.poll(async () => new Set(await times()).size).toBe(1);
    expect((await times())[0]).toMatch(/^at \d/);
    await page.mouse.move(5, 5);
    await expect.poll(() => asOf(page, 'memory').count()).toBe(0);
  });

  it('pauses with Space and counts newer samples, and resumes with Space or the badge', async () => {
    const { page, errors } = await open();
    for (const goOn of [() => page.keyboard.press(' '), () => pause(page).locator('.behind').click()]) {
      await page.keyboard.press(' ');
      await expect.poll(() => wordsOf(page)).toContain(', paused');
      const before = await wordsOf(page);
      await expect.poll(() => pause(page).locator('.behind').innerText()).toMatch(/Paused · [3-9] newer/);
      expect(await wordsOf(page)).toBe(before);
      await expectPageAccessible(page);
      await goOn();
      await expect.poll(() => wordsOf(page)).not.toContain('paused');
    }
    // Space on a control belongs to that control.
    await page.locator('#more').focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('Escape');
    expect(await wordsOf(page)).not.toContain('paused');
    expect(errors).toEqual([]);
  });

  it.each(['double click', 'Escape'])('zooms into a dragged range, and returns with %s', async (way) => {
    const { page, errors } = await open();
    await expect.poll(() => countOf(page)).toBe(20);
    await page.mouse.move(...(await placeIn(page, 0.3)));
    await page.mouse.down();
    await page.mouse.move(...(await placeIn(page, 0.5)));
    await expect.poll(() => chartOf(page, 'memory').locator('.band').isVisible()).toBe(true);
    await page.mouse.move(...(await placeIn(page, 0.7)));
    await page.mouse.up();
    await expect.poll(() => wordsOf(page)).toMatch(/paused.* in (?:[6-9]|1[0-2]) samples/);
    expect(await page.locator('aside').count()).toBe(0);
    if (way === 'Escape') await page.keyboard.press('Escape');
    else await page.mouse.dblclick(...(await placeIn(page, 0.5)));
    await expect.poll(() => wordsOf(page)).toMatch(/in 20 samples/);
    await expect.poll(() => wordsOf(page)).not.toContain('paused');
    expect(errors).toEqual([]);
  });

  it('zooms with a finger that rested before it moved, and scrolls with one that did not', async () => {
    // A chart of a section has a whole plot on a phone too; a card only while something is the matter.
    const metric = 'cpu.core.0';
    const { page, errors } = await open('?open=CPU', PHONE);
    const chart = chartOf(page, metric);
    await chart.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    await expect.poll(() => countOf(page, metric)).toBe(20);
    const touch = await touching(page);
    const [x, y] = await placeIn(page, 0.3, metric);
    const band = chart.locator('.band');

    // Sideways, a finger reads values.
    await touch('touchStart', x, y);
    for (let step = 1; step <= 8; step += 1) await touch('touchMove', x + 12 * step, y - 6 * step);
    await expect.poll(() => chart.locator('.hair').isVisible()).toBe(true);
    await touch('touchEnd');
    expect(await wordsOf(page, metric)).not.toContain('paused');

    await touch('touchStart', x, y);
    await expect.poll(() => band.getAttribute('hidden')).toBeNull();
    // No finger moves in a straight line.
    const [endX] = await placeIn(page, 0.7, metric);
    for (let step = 1; step <= 8; step += 1)
      await touch('touchMove', x + ((endX - x) * step) / 8, y - 3 * step);
    await expect.poll(() => band.isVisible()).toBe(true);
    await touch('touchEnd');
    await expect.poll(() => wordsOf(page, metric)).toMatch(/paused.* in [6-9] samples/);
    expect(await page.locator('aside').count()).toBe(0);

    const before = await wordsOf(page, metric);
    const top = await page.evaluate(() => scrollY);
    await touch('touchStart', x, y);
    for (let step = 1; step <= 10; step += 1) await touch('touchMove', x, y - 20 * step);
    await touch('touchEnd');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(top + 100);
    expect(await wordsOf(page, metric)).toBe(before);
    expect(errors).toEqual([]);
  });

  it('closes one layer per Escape, the last opened first, wherever the focus is', async () => {
    const { page, errors } = await open();
    await expect.poll(() => countOf(page)).toBe(20);
    const isChosen = () => page.locator('aside').isVisible();
    const isZoomed = () =>
      page
        .locator('main metrics-panel')
        .evaluate((panel) => (panel as HTMLElementTagNameMap['metrics-panel']).range !== null);
    const isPaused = async () => (await wordsOf(page)).includes('paused');
    // Once each: a second gesture would be a second layer.
    const zoom = async (): Promise<void> => {
      await page.mouse.move(...(await placeIn(page, 0.3)));
      await page.mouse.down();
      await page.mouse.move(...(await placeIn(page, 0.8)));
      await page.mouse.up();
      await expect.poll(isZoomed).toBe(true);
    };
    const choose = async (): Promise<void> => {
      await page.mouse.click(...(await placeIn(page, 0.5)));
      await expect.poll(isChosen).toBe(true);
    };

    // A selected time, then a zoom, then the help, without focus.
    await choose();
    await zoom();
    await page.keyboard.press('?');
    const help = page.locator('shortcut-help dialog');
    await help.waitFor();
    await page.evaluate(() => {
      const within = document.querySelector('shortcut-help')?.shadowRoot?.activeElement;
      if (within instanceof HTMLElement) within.blur();
    });
    await page.keyboard.press('Escape');
    await expect.poll(() => help.isVisible()).toBe(false);
    expect([await isZoomed(), await isPaused(), await isChosen()]).toEqual([true, true, true]);
    // A key that comes while the dialog is still closing belongs to the dialog.
    await framesOf(page);
    await page.keyboard.press('Escape');
    await expect.poll(isZoomed).toBe(false);
    await expect.poll(isPaused).toBe(false);
    expect(await isChosen()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(isChosen).toBe(false);

    // The other way round: a selected time within a zoom, then a search.
    await zoom();
    await choose();
    await searchFor(page, 'cpu');
    await expect.poll(() => query(page)).toContain('search');
    await page.keyboard.press('Escape');
    await expect.poll(() => query(page)).not.toContain('search');
    expect([await isZoomed(), await isChosen()]).toEqual([true, true]);
    await page.keyboard.press('Escape');
    await expect.poll(isChosen).toBe(false);
    expect(await isZoomed()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(isZoomed).toBe(false);

    // The badge's detail, and a range being dragged.
    await page.mouse.move(...(await placeIn(page, 0.3)));
    await page.mouse.click(...(await placeIn(page, 0.5)));
    await badgeOf(page).hover();
    const detail = page.locator('connection-badge [role=tooltip]');
    await expect.poll(() => detail.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => detail.isVisible()).toBe(false);
    expect(await isChosen()).toBe(true);
    await page.mouse.move(...(await placeIn(page, 0.3)));
    await page.mouse.down();
    await page.mouse.move(...(await placeIn(page, 0.6)));
    await expect.poll(() => chartOf(page).locator('.band').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => chartOf(page).locator('.band').isVisible()).toBe(false);
    await page.mouse.up();
    await framesOf(page);
    expect([await isZoomed(), await isChosen()]).toEqual([false, true]);
    expect(errors).toEqual([]);
  });

  it('keeps its pause button in place while paused, and resumes with it', async () => {
    const { page } = await open();
    const button = page.locator('pause-button button').first();
    const before = await button.boundingBox();
    expect(await button.getAttribute('aria-label')).toBe('Pause');
    await button.click();
    await expect.poll(() => wordsOf(page)).toContain('paused');
    expect(await button.boundingBox()).toEqual(before);
    expect(await button.getAttribute('aria-label')).toBe('Go on');
    await page.locator('pause-button .behind').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => wordsOf(page)).not.toContain('paused');
    // The focus survives the removal of its element.
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('pause-button');
  });

  it('shows only charts with some words, says so, and keeps them in its URL', async () => {
    const { page, errors } = await open();
    await searchFor(page, 'core 0');
    await expect.poll(() => chartOf(page).count()).toBe(0);
    const titles = await page.locator('metric-chart .label').allInnerTexts();
    expect(titles.length).toBeGreaterThan(0);
    for (const title of titles) expect(title).toContain('Core 0');
    expect(query(page)).toBe('?search=core%200');
    await page.getByText('Charts with “core 0”').waitFor();
    await expectPageAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'All charts' }).click();
    await expect.poll(() => chartOf(page).count()).toBe(1);
    expect(query(page)).toBe('');
    expect(errors).toEqual([]);
  });

  it('obeys its keys after a time span was chosen with the mouse, and with caps lock', async () => {
    // Where the bar has room for all choices, the focus stays on the one that was clicked.
    const { page } = await open('', { viewport: { width: 1440, height: 900 } });
    await chooseWindow(page, '1 minute');
    await page.keyboard.press('Space');
    await expect.poll(() => pause(page).locator('.behind').innerText()).toContain('Paused');
    await page.keyboard.press('T');
    await expect.poll(() => query(page)).toContain('theme=light');
  });

  it('stays paused when the agent returns with another interval, and adapts its window when resumed', async () => {
    const own = await startAgent({ args: ['--interval', '250'] });
    const { page } = await open();
    await page.goto(`${own.url}?window=1m`);
    await expect.poll(() => countOf(page)).toBeGreaterThan(10);
    await page.keyboard.press('Space');
    await expect.poll(() => wordsOf(page)).toContain(', paused');
    const shown = await wordsOf(page);
    await own.kill();
    const again = await startAgent({ port: own.port, args: ['--interval', '500'] });
    await expect.poll(() => badgeOf(page).innerText()).toContain('Connected');
    await expect
      .poll(() => pause(page).locator('.behind').innerText(), { timeout: 20_000 })
      .toMatch(/Paused · (?:[4-9]|\d\d+) newer/);
    expect(await wordsOf(page)).toBe(shown);
    await page.keyboard.press('Space');
    await expect.poll(() => pointsOf(page)).toBe(120);
    await again.kill();
  });

  it('lists its keys, which can be disabled', async () => {
    const { page, errors } = await open();
    await page.keyboard.press('?');
    const dialog = page.locator('shortcut-help dialog');
    await dialog.waitFor();
    await expectPageAccessible(page);
    await dialog.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    await page.locator('body').click({ position: { x: 5, y: 300 } });
    await page.keyboard.press(' ');
    await page.keyboard.press('2');
    expect(query(page)).toBe('');
    await page.reload();
    await expect.poll(() => countOf(page)).toBeGreaterThan(8);
    await page.keyboard.press('2');
    expect(query(page)).toBe('');
    expect(errors).toEqual([]);
  });

  it('shows favourites first, chosen with the keyboard and remembered, and keeps the focus on the chart', async () => {
    const { page, errors } = await open();
    const star = (place: string) =>
      page
        .locator(`${place} metric-chart[data-metric="memory"]`)
        .getByRole('button', { name: 'Favourite: Memory' });
    await star('host-board').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('section.first metric-chart').count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Favourites' }).count()).toBe(1);
    expect(await star('host-board').getAttribute('aria-pressed')).toBe('true');
    await expectPageAccessible(page);
    await page.reload();
    await expect.poll(() => page.locator('section.first metric-chart').count()).toBe(1);
    await star('section.first').focus();
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('section.first').count()).toBe(0);
    expect(
      await page.evaluate(() => {
        const focused = document.querySelector('metrics-panel')?.shadowRoot?.activeElement;
        return [focused?.localName, focused?.closest('metric-chart')?.getAttribute('data-metric')];
      }),
    ).toEqual(['favourite-star', 'memory']);
    expect(errors).toEqual([]);
  });

  it('shows all cores and filesystems at once, and their charts in a closed section', async () => {
    const { page, errors } = await open();
    const cores = chartOf(page).locator('card-strip');
    await expect.poll(() => cores.locator('p').innerText()).toMatch(/^cores 0[^]+[\d.]+ %/);
    const hair = cores.locator('i');
    expect(await hair.isVisible()).toBe(false);
    await page.mouse.move(...(await placeIn(page, 0.7, 'memory')));
    await expect.poll(() => hair.isVisible()).toBe(true);
    await expect
      .poll(() => page.locator('filesystem-list li').first().innerText())
      .toMatch(/^\/[^]*[\d.]+ %[^]+left$/);
    const core = chartOf(page, 'cpu.core.0');
    expect(await core.count()).toBe(0);
    await foldSection(page, 'CPU');
    await core.waitFor();
    await expectPageAccessible(page);
    await page.reload();
    await core.waitFor();
    expect(errors).toEqual([]);
  });

  it.each([320, 390])('fits a phone of %d px, with targets for fingers', async (width) => {
    const { page, errors } = await open('', { ...PHONE, viewport: { width, height: 740 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const small = await page.evaluate(() => {
      const inBar = [...document.querySelectorAll('.bar *')];
      return [...inBar, ...inBar.flatMap((one) => [...(one.shadowRoot?.querySelectorAll('*') ?? [])])]
        .filter(
          (one) => one.matches('button:not([aria-describedby]), label') && one.closest('dialog') === null,
        )
        .filter((one) => {
          const box = one.getBoundingClientRect();
          return box.width > 0 && (box.width < 44 || box.height < 44);
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 80));
    });
    expect(small).toEqual([]);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  });

  it('fits a wall display: only headlines, large, without controls or scrolling', async () => {
    const { page, errors } = await open('?wall', { viewport: { width: 1920, height: 1080 } });
    expect(await page.locator('header.bar').isVisible()).toBe(false);
    await expect.poll(() => page.locator('metric-chart').count()).toBeGreaterThan(2);
    const names = await page
      .locator('metric-chart')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-metric')));
    expect(names).toEqual(expect.arrayContaining(['cpu', 'memory']));
    expect(
      names.filter((name) => !/^(?:\w+|(?:network|disk)\.all\.\w+|pressure\.cpu\.some)$/.test(name ?? '')),
    ).toEqual([]);
    const sizes = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    expect(sizes[0]).toBeLessThanOrEqual(sizes[1] ?? 0);
    await expectPageAccessible(page);
    await expect.poll(() => countOf(page)).toBe(20);
    const session = await page.context().newCDPSession(page);
    /** Nodes without those of rows, which come and go, and listeners. */
    const measured = async (): Promise<number[]> => {
      await session.send('HeapProfiler.collectGarbage');
      const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
      const inTables = await page.locator('process-table').evaluateAll((tables) => {
        let count = 0;
        for (const { shadowRoot } of tables) {
          const walker = document.createTreeWalker(shadowRoot ?? document.createElement('i'));
          while (walker.nextNode() !== null) count += 1;
        }
        return count;
      });
      return [nodes - inTables, jsEventListeners];
    };
    let before = await measured();
    // What was not given back would be more after each few samples, unlike a notice.
    const grown = async (): Promise<number> => {
      await moreSamples(page, 8);
      const now = await measured();
      const most = Math.max(...now.map((count, index) => count - (before[index] ?? 0)));
      before = now;
      return most;
    };
    await expect.poll(grown, { timeout: 40_000 }).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
  });
});
