import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';

const PATIENTLY = { timeout: 30_000 };

let browser: Browser;
let agent: AgentProcess;
let page: Page;

beforeAll(async () => {
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--interval', '250'] })]);
});
afterEach(async () => {
  process.kill(agent.pid, 'SIGCONT');
  await page.close();
});
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill('SIGKILL')]);
});

/** How live the page appears at one time. */
interface Look {
  readonly badge: string;
  /** Of each chart, strip, list and table. */
  readonly stale: readonly boolean[];
}

async function open(query: string): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1280, height: 3000 } });
  await page.goto(agent.url + query);
  await expect.poll(badge, PATIENTLY).toBe('Connected');
  await expect
    .poll(() => page.locator('metric-chart canvas[aria-label*="samples"]').count())
    .toBeGreaterThan(1);
}

/** In the bar, or in the corner of a wall, which has no bar. */
const shownBadge = () => page.locator('connection-badge').filter({ visible: true });
const badge = (): Promise<string> => shownBadge().locator('.word').innerText();

/** Records each change, frame by frame, until the returned function is called. */
async function record(): Promise<() => Promise<Look[]>> {
  const looks = await page.evaluateHandle(() => {
    const seen: Look[] = [];
    const look = (): void => {
      const panel = document.querySelector('metrics-panel')?.shadowRoot;
      const board = panel?.querySelector('host-board')?.shadowRoot;
      const head = document.querySelector('wall-head')?.shadowRoot ?? document.querySelector('header.bar');
      const badgeShown = head?.querySelector('connection-badge')?.shadowRoot;
      const live = [
        ...(panel?.querySelectorAll('metric-chart, card-strip, process-table') ?? []),
        ...(board?.querySelectorAll('filesystem-list, interface-list, disk-list, container-tiles') ?? []),
      ];
      const one = {
        badge: badgeShown?.querySelector('.word')?.textContent ?? '',
        stale: live.map((element) => element.hasAttribute('stale')),
      };
      if (JSON.stringify(one) !== JSON.stringify(seen.at(-1))) seen.push(one);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return seen;
  });
  return () => looks.jsonValue();
}

/** The entries of the badge's detail. */
async function details(): Promise<Record<string, string>> {
  const names = await page.locator('connection-details dt').allInnerTexts();
  const values = await page.locator('connection-details dd').allInnerTexts();
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

describe.each(['', '?wall'])('a stalled agent, at /%s', (query) => {
  it('is shown by badge, charts, strips, lists and tables in the same frame, and so is its return', async () => {
    await open(query);
    const seen = await record();
    process.kill(agent.pid, 'SIGSTOP');
    await expect.poll(badge, PATIENTLY).toBe('No samples');
    await expect
      .poll(() => shownBadge().locator('.countdown').innerText(), PATIENTLY)
      .toMatch(/^for [2-9] s$/);
    expect(await shownBadge().locator('[role=status]').textContent()).toBe('No samples');
    await expectPageAccessible(page);
    process.kill(agent.pid, 'SIGCONT');
    await expect.poll(badge, PATIENTLY).toBe('Connected');
    const looks = await seen();
    expect(looks[0]?.stale.length).toBeGreaterThan(6);
    expect(looks.map((one) => one.badge)).toContain('No samples');
    const torn = looks.filter(({ badge: word, stale }) =>
      stale.some((one) => one !== (word !== 'Connected')),
    );
    expect(torn).toEqual([]);
  });
});

it("the badge's detail shows it too, with the age of the newest sample, also without a connection", async () => {
  await open('');
  await shownBadge().locator('button').hover();
  await expect.poll(async () => (await details())['Newest sample'], PATIENTLY).toMatch(/ s$/);
  process.kill(agent.pid, 'SIGSTOP');
  await expect.poll(badge, PATIENTLY).toBe('No samples');
  expect(await shownBadge().locator('[role=tooltip]').innerText()).toContain('sends no samples');
  await expect
    .poll(async () => Number.parseFloat((await details())['Newest sample'] ?? ''), PATIENTLY)
    .toBeGreaterThan(2);
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await expect.poll(async () => (await details())['Transport']).toBe('not known');
  expect((await details())['Newest sample']).toMatch(/ s$/);
});

it('a folded section shows the time of its values', async () => {
  await open('?open=');
  const digest = page.locator('details[data-section="Memory"] .digest');
  await expect.poll(() => digest.innerText()).not.toContain('at ');
  process.kill(agent.pid, 'SIGSTOP');
  await expect.poll(() => digest.innerText(), PATIENTLY).toMatch(/^at \d\d:\d\d:\d\d/);
});
