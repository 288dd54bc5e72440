import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { freeOrigin, servePage } from './web-server.ts';

/** More than the tab stops of any page here. */
const MOST_STOPS = 400;

let browser: Browser;
let agent: AgentProcess;
/** Origin of the embedding page; the agent admits it. */
let origin: string;
const running: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  origin = await freeOrigin();
  const args = ['--interval', '250', '--allow-origin', origin];
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args })]);
});
afterEach(() => Promise.all(running.splice(0).map((one) => one.close())));
afterAll(() => Promise.all([browser.close(), agent.kill()]));

/** What a screen reader gets from an element, by the browser's accessibility tree. */
interface Heard {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Reader {
  readonly page: Page;
  /** @param expression evaluates to an element */
  hear(expression: string): Promise<Heard>;
}

/** The focused element, through all shadow roots. */
const FOCUSED = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
})()`;
/** Accessible name of the button that shows a chart as a table. */
const TABLE = / as a table$/;
const PANEL = `document.querySelector('metrics-panel').shadowRoot`;

async function open(url: string): Promise<Reader> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  running.push(context);
  const page = await context.newPage();
  await page.goto(url);
  const session = await context.newCDPSession(page);
  await session.send('Accessibility.enable');
  return { page, hear: (expression) => heard(session, expression) };
}

async function heard(session: CDPSession, expression: string): Promise<Heard> {
  const { result } = await session.send('Runtime.evaluate', { expression });
  if (result.objectId === undefined) throw new Error(`nothing is ${expression}`);
  const { nodes } = await session.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId,
    fetchRelatives: false,
  });
  const [node] = nodes;
  return {
    role: String(node?.role?.value),
    name: String(node?.name?.value ?? ''),
    description: String(node?.description?.value ?? ''),
    properties: Object.fromEntries((node?.properties ?? []).map(({ name, value }) => [name, value.value])),
  };
}

/** The metric of the chart with the focus, `null` outside charts. */
function focusedMetric(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.querySelector('metrics-panel')?.shadowRoot?.activeElement;
    return focused?.closest('metric-chart')?.getAttribute('data-metric') ?? null;
  });
}

async function untilFull(page: Page): Promise<void> {
  const words = page.locator('metrics-panel metric-chart canvas[role="img"]').first();
  await expect.poll(() => words.getAttribute('aria-label')).toMatch(/in \d\d samples/);
}

/** Tabs through the page from its start. @returns what a screen reader gets at each stop within a chart, by metric */
async function walk(
  { page, hear }: Reader,
  atChart: (metric: string) => Promise<void>,
): Promise<Map<string, Heard[]>> {
  const stops = new Map<string, Heard[]>();
  let hasLeft = false;
  for (let stop = 0; stop < MOST_STOPS && !hasLeft; stop += 1) {
    await page.keyboard.press('Tab');
    const metric = await focusedMetric(page);
    hasLeft = stops.size > 0 && (await page.evaluate(() => document.activeElement?.id === 'after'));
    if (metric === null) continue;
    const known = stops.get(metric);
    const now = await hear(FOCUSED);
    if (known === undefined) await atChart(metric);
    stops.set(metric, [...(known ?? []), now]);
  }
  expect(hasLeft).toBe(true);
  return stops;
}

/** The names of the series in a chart of several. */
const legendOf = (page: Page, metric: string): Promise<string[]> =>
  page.locator(`metrics-panel metric-chart[data-metric="${metric}"] .legend .name`).allInnerTexts();
const chartOf = (metric: string): string => `${PANEL}.querySelector('metric-chart[data-metric="${metric}"]')`;

describe('with the keyboard alone', () => {
  it.each([
    {
      name: 'in an embedded panel',
      tools: [TABLE],
      badge: [/^Connected/],
      url: async () => {
        const html = `<!doctype html><html lang="en"><title>Embedded</title>
          <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
          <metrics-panel metrics="cpu,memory,memory.used,network.all.receive+network.all.transmit" src="${agent.url}"></metrics-panel>
          <button id="after">After</button></html>`;
        const server = await servePage(html, {}, origin);
        running.push({ close: () => server.stop() });
        return server.url;
      },
    },
    {
      name: 'in the dashboard',
      tools: [/^Favourite: /, TABLE],
      badge: [],
      url: () => Promise.resolve(`${agent.url}?open=Memory`),
    },
  ])('every chart is reached, read and left, $name', async ({ url, tools, badge }) => {
    const reader = await open(await url());
    const { page, hear } = reader;
    await untilFull(page);
    // In the dashboard the last ones are in a section, and sections are loaded later.
    await page.locator('details[open] metric-chart, body > metrics-panel metric-chart').first().waitFor();
    await page.evaluate(() => {
      if (document.querySelector('#after') === null)
        document.body.insertAdjacentHTML('beforeend', '<button id="after">After</button>');
    });
    const all = await page
      .locator('metrics-panel metric-chart')
      .evaluateAll((charts) => charts.map((chart) => chart.getAttribute('data-metric') ?? ''));
    /** Names of the series when a chart was reached: another may be added once it matters. */
    const legends = new Map<string, readonly string[]>();
    const stops = await walk(reader, async (metric) => {
      const label = (await hear(`${chartOf(metric)}.shadowRoot.querySelector('button')`)).name.replace(
        TABLE,
        '',
      );
      // The chart's summary.
      const image = await hear(`${chartOf(metric)}.shadowRoot.querySelector('canvas[role=img]')`);
      expect(image.role).toBe('image');
      expect(image.name).toMatch(new RegExp(`^${label}: [^]+ Lowest [^]+, highest [^]+ in \\d+ samples`));
      // The selected time, announced politely.
      const said = `${PANEL}.querySelector('.said')`;
      let before = '';
      // Of a chart of several series, that of each.
      const values = ['', ...(await legendOf(page, metric))].map((name) => `${name} ?[\\d.,]+`);
      const readings = values.slice(values.length > 1 ? 1 : 0).join('[^]*, ');
      for (let step = 0; step < 2; step += 1) {
        // More than a second apart, since times are displayed to the second.
        for (let sample = 0; sample < 5; sample += 1) await page.keyboard.press('ArrowLeft');
        const text = () => page.locator('metrics-panel .said').innerText();
        await expect.poll(text).not.toBe(before);
        before = await text();
        expect(before).toMatch(new RegExp(`^${label} at \\d\\d:\\d\\d:\\d\\d: ${readings}`));
      }
      expect((await hear(said)).properties['live']).toBe('polite');
      await page.keyboard.press('Escape');
      expect(await focusedMetric(page)).toBe(metric);
      legends.set(metric, await legendOf(page, metric));
    });
    expect([...stops.keys()]).toEqual(all);
    for (const [metric, [figure, ...buttons]] of stops) {
      expect(figure?.role, metric).toBe('figure');
      expect(figure?.description, metric).toMatch(new RegExp(`^${figure?.name}: [^]+ in \\d+ samples`));
      const ofFirst = metric === all[0] ? badge : [];
      const named = [...tools, ...ofFirst, ...(legends.get(metric) ?? [])];
      expect(buttons.slice(0, named.length), metric).toEqual(
        named.map((name): unknown =>
          expect.objectContaining({ role: 'button', name: expect.stringMatching(name) }),
        ),
      );
      expect(buttons.filter(({ properties }) => properties['pressed'] === 'false')).toHaveLength(
        buttons.length - ofFirst.length,
      );
    }
  });
});
