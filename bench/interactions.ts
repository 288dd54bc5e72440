/**
 * How soon does the page answer? From an input to the next frame, with an hour of 8 series on the screen: the dashboard with a window of an hour, and a
 * panel with one chart of 8 series, whose history comes in about as many points as a chart has pixels, and charts alone with 3,600 points. `--before FOLDER`:
 * those of another checkout (built) beside them, with a chart for each series.
 *
 *   npm run build && npx tsx bench/interactions.ts [--rounds 7] [--before FOLDER] [--pages dashboard,panel,points]
 *
 * Until painted: the task after the first frame after the input. CPU: what the page's main thread computed, from a trace of its tasks: the figure on a
 * machine that does other things.
 */
import { mkdirSync, rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import { startAgent, type AgentProcess } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { bundlePage, openBrowser } from './harness/pages.ts';
import { median, quantile } from './harness/statistics.ts';
import { pastHour, scratchFolder } from './interactions/past-hour.ts';
import { interact, NOTE_INTERACTIONS, type Interaction } from './interactions/until-painted.ts';

const { rounds, before, pages: wanted } = begin({ rounds: 7, before: '', pages: 'dashboard,panel,points' });
const TARGET_MS = 50;
const WARM_UP_ROUNDS = 1;
const EIGHT = [
  'cpu.user',
  'cpu.system',
  'cpu.iowait',
  'cpu.steal',
  'cpu.core.0',
  'cpu.core.1',
  'pressure.cpu.some',
  'pressure.io.some',
];

interface Scene {
  readonly page: Page;
  readonly window: () => Promise<Interaction>;
  readonly zoom: () => Promise<Interaction>;
  readonly hover: () => Promise<Interaction>;
}
const OPENERS: Readonly<
  Record<string, (within: Browser, agent: AgentProcess, folder?: string) => Promise<Scene>>
> = { dashboard, panel, points };
const KINDS = ['window', 'zoom', 'hover'] as const;

const parent = scratchFolder();
mkdirSync(parent);
process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
const agents = new Map<string, AgentProcess>();
const scenes = new Map<string, Scene>();
const browser = await openBrowser();
for (const [version, folder] of [
  ['before', before],
  ['after', undefined],
] as const) {
  if (folder === '') continue;
  const agent = await startAgent({
    ...(folder === undefined ? {} : { folder }),
    flags: ['--history', '30', '--history-folder', await pastHour(parent, version)],
  });
  agents.set(version, agent);
  for (const page of wanted.split(',')) {
    scenes.set(`${page}, ${version}`, await (OPENERS[page] ?? dashboard)(browser, agent, folder));
  }
}

const results = new Map<string, Interaction[]>();
for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
  for (const [name, scene] of scenes) {
    await scene.page.bringToFront();
    for (const kind of KINDS) {
      const result = await scene[kind]();
      const key = `${name}: ${kind}`;
      if (round >= 0) results.set(key, [...(results.get(key) ?? []), result]);
    }
  }
}
await browser.close();
for (const agent of agents.values()) await agent.stop();

const spread = (all: readonly Interaction[], value: (one: Interaction) => number): string =>
  `${median(all.map(value)).toFixed(1)} (${quantile(all.map(value), 0.1).toFixed(1)} to ${quantile(all.map(value), 0.9).toFixed(1)})`;
printTable(
  `${rounds} rounds, medians (p10 to p90), ms`,
  [...results].map(([what, all]) => ({
    interaction: what,
    'until painted': spread(all, ({ paintMs }) => paintMs),
    'reported by the browser': spread(all, ({ reportedMs }) => reportedMs),
    'CPU until painted': spread(all, ({ paintCpuMs }) => paintCpuMs),
    'CPU in all': spread(all, ({ cpuMs }) => cpuMs),
    'longest task after, CPU': spread(all, ({ longestCpuMs }) => longestCpuMs),
  })),
);
console.log('');
for (const [what, all] of results) {
  if (!what.includes('after')) continue;
  printVerdict(
    `${what}, CPU until painted`,
    median(all.map(({ paintCpuMs }) => paintCpuMs)),
    TARGET_MS,
    'ms',
  );
  printVerdict(
    `${what}, longest task after`,
    median(all.map(({ longestCpuMs }) => longestCpuMs)),
    TARGET_MS,
    'ms',
  );
}
process.exit(0);

async function open(within: Browser, url: string): Promise<Page> {
  const context = await within.newContext({ bypassCSP: true, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.addInitScript(NOTE_INTERACTIONS);
  await page.goto(url);
  return page;
}

async function dashboard(within: Browser, { url }: AgentProcess): Promise<Scene> {
  const page = await open(within, `${url}?window=1h`);
  const chart = page.locator('main metric-chart[data-metric="cpu"] canvas[role="img"]');
  await chart.waitFor();
  await page.waitForTimeout(4000);
  const radio = (name: string): Promise<void> =>
    page.locator('window-switch label', { hasText: name }).first().click();
  return {
    page,
    window: async () => {
      const result = await interact(
        within,
        page,
        'click',
        () => radio('1 h'),
        async () => {
          await radio('15 min');
          await page.waitForTimeout(2000);
        },
      );
      await page.waitForTimeout(2000);
      return result;
    },
    zoom: async () => {
      const result = await drag(within, page, chart);
      await page.keyboard.press('Escape');
      await page.waitForTimeout(2000);
      return result;
    },
    hover: () => hover(within, page, chart),
  };
}

async function panel(within: Browser, { url }: AgentProcess, folder = ''): Promise<Scene> {
  const page = await open(within, `${url}healthz`);
  const metrics = EIGHT.join(folder === '' ? '+' : ',');
  await page.evaluate(
    async ([names, script]: readonly [string, string]) => {
      document.body.innerHTML = `<button id="window">1 h</button><button id="zoom">30 min</button><metrics-panel metrics="${names}" window="1h"></metrics-panel>`;
      await import(script);
      const shown = document.querySelector('metrics-panel');
      if (shown === null) return;
      document.querySelector('#window')?.addEventListener('click', () => {
        shown.range = null;
        shown.window = '1h';
      });
      document.querySelector('#zoom')?.addEventListener('click', () => {
        shown.range = { fromMs: Date.now() - 2_400_000, toMs: Date.now() - 600_000 };
      });
    },
    [metrics, '/embed/metrics-panel.js'] as [string, string],
  );
  const chart = page.locator('metrics-panel metric-chart canvas[role="img"]').first();
  await chart.waitFor();
  await page.waitForTimeout(4000);
  const back = async (): Promise<void> => {
    await page.evaluate(() => {
      const shown = document.querySelector('metrics-panel');
      if (shown !== null) Object.assign(shown, { range: null, window: '15m' });
    });
    await page.waitForTimeout(2000);
  };
  const press = (id: string): Promise<void> => page.locator(`#${id}`).click();
  return {
    page,
    window: () => interact(within, page, 'click', () => press('window'), back),
    zoom: async () => {
      const result = await interact(within, page, 'click', () => press('zoom'));
      await press('window');
      await page.waitForTimeout(2000);
      return result;
    },
    hover: () => hover(within, page, chart),
  };
}

async function points(within: Browser, { url }: AgentProcess, folder = ''): Promise<Scene> {
  const page = await open(within, `${url}healthz?charts=${folder === '' ? 1 : EIGHT.length}`);
  await page.evaluate(() => document.body.replaceChildren());
  await page.addScriptTag({ path: await bundlePage('pages/hour-page.ts', folder), type: 'module' });
  const chart = page.locator('metric-chart canvas[role="img"]').first();
  await chart.waitFor();
  await page.waitForTimeout(2000);
  const press = (id: string): Promise<void> => page.locator(`#${id}`).click();
  const result = (id: string, from: string): Promise<Interaction> =>
    interact(
      within,
      page,
      'click',
      () => press(id),
      async () => {
        await press(from);
        await page.waitForTimeout(1000);
      },
    );
  return {
    page,
    window: () => result('window', 'quarter'),
    zoom: () => result('zoom', 'window'),
    hover: async () => {
      await press('window');
      await page.waitForTimeout(1000);
      return hover(within, page, chart);
    },
  };
}

async function drag(within: Browser, page: Page, chart: ReturnType<Page['locator']>): Promise<Interaction> {
  const box = await chart.boundingBox();
  if (box === null) throw new Error('There is no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
  return interact(within, page, 'pointerup', () => page.mouse.up());
}

async function hover(within: Browser, page: Page, chart: ReturnType<Page['locator']>): Promise<Interaction> {
  const box = await chart.boundingBox();
  if (box === null) throw new Error('There is no chart');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.waitForTimeout(500);
  const result = await interact(within, page, 'pointermove', () =>
    page.mouse.move(box.x + box.width * 0.6, y),
  );
  await page.mouse.move(1, 1);
  return result;
}
