import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { HttpFaultProxy } from './faults/http-fault-proxy.ts';
import { freeOrigin, servePage, type WebServer } from './web-server.ts';

const PANELS = 10;
const WARM_UP = 200;
const ROUNDS = 1000;
/** Tolerated growth: one object left by each round would be twice as many. */
const MOST_NEW_OBJECTS = ROUNDS / 2;

let browser: Browser;
let agent: AgentProcess;
let page: Page;
let errors: string[];
/** Origin of the page; the agent admits it. */
let origin: string;
let pages: WebServer | undefined;
/** URLs of the event streams that the page has requested. */
let streams: string[];
/** A proxy in front of the agent that counts connections: only those of the panels. */
let door: FaultProxy;
const running: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => {
  origin = await freeOrigin();
  const args = ['--interval', '250', '--allow-origin', origin];
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args })]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));
beforeEach(async () => {
  door = await FaultProxy.start(agent.url);
  running.push(door);
});
afterEach(async () => {
  await page.close();
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Opens a page with scripts of the agent, and with panels whose agent is at `src`. */
async function open(src: string, scripts = [''], count = PANELS): Promise<void> {
  const tags = scripts.map(
    (query) => `<script type="module" src="${agent.url}embed/metrics-panel.js${query}"></script>`,
  );
  const panels = `<metrics-panel src="${src}" metrics="cpu,memory"></metrics-panel>`.repeat(count);
  await pages?.stop();
  pages = await servePage(
    `<!doctype html><title>Panels</title>${tags.join('')}<main>${panels}</main><aside></aside>`,
    {},
    origin,
  );
  running.push(pages);
  page = await browser.newPage();
  errors = [];
  streams = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().includes('/metrics/sse')) streams.push(request.url());
  });
  await page.addInitScript(countSamplesAndTimers);
  await page.goto(pages.url);
}

/** Runs first in the page: counts the samples of each panel, and pending timers. */
function countSamplesAndTimers(): void {
  const samples = new WeakMap<object, number>();
  const timers = new Set<number>();
  const { setTimeout: set, clearTimeout: clear } = window;
  window.addEventListener(
    'sample',
    ({ target }) => {
      if (target !== null) samples.set(target, (samples.get(target) ?? 0) + 1);
    },
    true,
  );
  const replacements = {
    setTimeout: (task: () => void, delayMs?: number) => {
      const timer = set(() => {
        timers.delete(timer);
        task();
      }, delayMs);
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: number) => {
      timers.delete(timer);
      clear(timer);
    },
    sampleCounts: () =>
      [...document.querySelectorAll('metrics-panel')].map((panel) => samples.get(panel) ?? 0),
    timerCount: () => timers.size,
  };
  Object.assign(window, replacements);
}

interface CountingWindow extends Window {
  sampleCounts(): number[];
  timerCount(): number;
}

function sampleCounts(): Promise<number[]> {
  return page.evaluate(() => (window as unknown as CountingWindow).sampleCounts());
}

function timerCount(): Promise<number> {
  return page.evaluate(() => (window as unknown as CountingWindow).timerCount());
}

async function untilAllLive(count = PANELS): Promise<void> {
  const before = await sampleCounts();
  await expect
    .poll(async () => {
      const now = await sampleCounts();
      return now.filter((samples, index) => samples >= (before[index] ?? 0) + 3).length;
    })
    .toBe(count);
}

/** Adds, moves and removes panels; every tenth stays until it shows charts, every fiftieth until its first live sample. */
async function comeAndGo(rounds: number): Promise<void> {
  await page.evaluate(async (count) => {
    const [main, aside] = [document.querySelector('main'), document.querySelector('aside')];
    const first = document.querySelector('metrics-panel');
    if (main === null || aside === null || first === null) throw new Error('no panels');
    for (let round = 0; round < count; round += 1) {
      const panel = document.createElement('metrics-panel');
      panel.setAttribute('src', first.getAttribute('src') ?? '');
      if (round % 3 === 0) panel.setAttribute('tables', 'processes');
      const sampled =
        round % 50 === 0
          ? new Promise((resolve) => panel.addEventListener('sample', resolve, { once: true }))
          : null;
      aside.append(panel);
      await Promise.resolve();
      await sampled;
      const isShown = (): boolean => panel.shadowRoot?.querySelector('metric-chart') !== null;
      if (round % 10 === 0) while (!isShown()) await new Promise(requestAnimationFrame);
      main.append(panel);
      (round % 2 === 0 ? aside : main).append(first);
      if (round % 7 === 0) await new Promise(requestAnimationFrame);
      panel.remove();
      if (round % 5 === 0) await new Promise(requestAnimationFrame);
    }
    main.prepend(first);
  }, rounds);
}

/** What is alive in the page after garbage collection. Counts, since bytes also grow with optimised code. */
interface Held {
  readonly nodes: number;
  readonly listeners: number;
  readonly panels: number;
  /** Of any type, functions included. */
  readonly objects: number;
}

async function held(session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  const objects = await objectCount(session, 'Object.prototype');
  const panels = await objectCount(session, "customElements.get('metrics-panel').prototype");
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (name: string): number | undefined => metrics.find((metric) => metric.name === name)?.value;
  return {
    nodes: valueOf('Nodes') ?? Number.NaN,
    listeners: valueOf('JSEventListeners') ?? Number.NaN,
    panels,
    objects,
  };
}

/** Number of reachable objects that inherit from `prototype`, an expression. */
async function objectCount(session: CDPSession, prototype: string): Promise<number> {
  const objectGroup = 'count';
  const evaluated = await session.send('Runtime.evaluate', { expression: prototype, objectGroup });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: evaluated.result.objectId ?? '',
    objectGroup,
  });
  const { result } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return result.value as number;
}

describe(`${PANELS} panels on a page`, () => {
  it('share one connection to the agent, which closes with the last panel', async () => {
    await open(door.url);
    await untilAllLive();
    expect([door.acceptedCount, door.openCount]).toEqual([1, 1]);
    await page.evaluate((leaving) => {
      for (const panel of [...document.querySelectorAll('metrics-panel')].slice(0, leaving)) panel.remove();
    }, PANELS - 1);
    await untilAllLive(1);
    expect(door.openCount).toBe(1);
    await page.evaluate(() => document.querySelector('metrics-panel')?.remove());
    await expect.poll(() => door.openCount).toBe(0);
    expect(door.acceptedCount).toBe(1);
    expect(errors).toEqual([]);
  });

  it('share one event stream if no WebSocket gets through, also while others come and go', async () => {
    const proxy = await HttpFaultProxy.start(agent.url, { upgrades: 'forbidden', isBuffering: false });
    running.push(proxy);
    await open(proxy.url);
    await untilAllLive();
    expect(streams).toHaveLength(1);
    await page.evaluate((src) => {
      for (const metrics of ['cpu', 'nonsense', 'memory', 'cpu', 'memory']) {
        const panel = document.createElement('metrics-panel');
        panel.setAttribute('src', src);
        panel.setAttribute('metrics', metrics);
        document.body.append(panel);
      }
    }, proxy.url);
    await untilAllLive(PANELS + 4);
    await expect
      .poll(() => page.locator('.notice').allInnerTexts())
      .toEqual([expect.stringContaining('Not shown here: nonsense')]);
    // Then one with all subscriptions, and one without the refused one.
    expect(streams).toHaveLength(3);
    expect(errors).toEqual([]);
  });

  it('reconnect over one connection after a loss, and miss nothing', async () => {
    await open(door.url);
    await untilAllLive();
    door.cut();
    await expect.poll(() => page.locator('connection-badge button.reconnecting').count()).toBe(PANELS);
    door.restore();
    await untilAllLive();
    expect([door.acceptedCount, door.openCount]).toEqual([2, 1]);
    const counts = await sampleCounts();
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it(
    `leave nothing behind when ${ROUNDS} more are added, moved and removed`,
    { timeout: 180_000 },
    async () => {
      await open(door.url);
      await untilAllLive();
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable');
      await comeAndGo(WARM_UP);
      await untilAllLive();
      const before = await held(session);
      await comeAndGo(ROUNDS);
      await untilAllLive();
      // At most, since Chromium may collect a part of the garbage later.
      await expect.poll(async () => (await held(session)).panels).toBe(PANELS);
      await expect.poll(async () => (await held(session)).nodes).toBeLessThanOrEqual(before.nodes);
      await expect.poll(async () => (await held(session)).listeners).toBeLessThanOrEqual(before.listeners);
      expect((await held(session)).objects - before.objects).toBeLessThan(MOST_NEW_OBJECTS);
      // A staleness timer per panel, and the watchdog of the connection.
      await expect.poll(timerCount).toBe(PANELS + 1);
      expect([door.acceptedCount, door.openCount]).toEqual([1, 1]);
      await page.evaluate(() => document.querySelector('main')?.replaceChildren());
      await expect.poll(() => door.openCount).toBe(0);
      expect(await timerCount()).toBe(0);
      // The one listener is of this test.
      await expect
        .poll(async () => {
          const { panels, listeners } = await held(session);
          return { panels, listeners };
        })
        .toEqual({ panels: 0, listeners: 1 });
      expect(errors).toEqual([]);
    },
  );

  it('use another connection if there are more than fit on one', { timeout: 120_000 }, async () => {
    await open(door.url, [''], 70);
    await untilAllLive(70);
    expect(door.openCount).toBe(2);
    expect(errors).toEqual([]);
  });

  it('tolerate the same script in another version, and add no globals to the page', async () => {
    const globals = (): Promise<string[]> => page.evaluate(() => Object.keys(window));
    await open(door.url, [], 0);
    const without = await globals();
    await page.close();
    await open(door.url, ['', '?another'], 0);
    await page.evaluate((src) => {
      for (let panel = 0; panel < 2; panel += 1) {
        const element = document.createElement('metrics-panel');
        element.setAttribute('src', src);
        document.body.append(element);
      }
    }, door.url);
    await untilAllLive(2);
    // Lit's own globals, for several versions on a page.
    expect(
      (await globals()).filter((name) => !without.includes(name) && !/^(lit|reactive)[A-Z]/.test(name)),
    ).toEqual([]);
    expect(door.openCount).toBe(1);
    expect(errors).toEqual([]);
  });
});
