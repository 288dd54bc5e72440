import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';

const PATIENTLY = { timeout: 30_000 };

let browser: Browser;
let agent: AgentProcess;
let page: Page;

beforeAll(async () => {
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--interval', '250'] })]);
});
afterEach(() => page.close());
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill()]);
});

async function open(options: BrowserContextOptions = {}): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1440, height: 1200 }, ...options });
  await page.goto(`${agent.url}?open=CPU,Filesystems,Processes`);
  await expect.poll(() => page.locator('core-strip .cell').count(), PATIENTLY).toBeGreaterThan(0);
  await expect.poll(() => page.locator('process-table td').count(), PATIENTLY).toBeGreaterThan(0);
  await expect
    .poll(() => page.locator('metric-chart canvas[aria-label*="samples"]').count(), PATIENTLY)
    .toBeGreaterThan(8);
}

it('on paper has no toolbar, no card cut in two, but swatches, bars and charts undistorted and in light colours', async () => {
  await open({ colorScheme: 'dark' });
  const squeezed = () =>
    page.locator('metric-chart canvas').evaluateAll((canvases) =>
      canvases.flatMap((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const box = canvas.getBoundingClientRect();
        const stretch = width / height / (box.width / box.height);
        const isDrawn = (canvas as HTMLCanvasElement)
          .getContext('2d')
          ?.getImageData(0, 0, width, height)
          .data.some((byte) => byte !== 0);
        const isKept = getComputedStyle(canvas).objectFit === 'contain';
        return isDrawn === true && (isKept || Math.abs(stretch - 1) < 0.03) ? [] : [[width, height, stretch]];
      }),
    );
  const line = () =>
    page
      .locator('metric-chart canvas')
      .first()
      .evaluate((canvas) => getComputedStyle(canvas).color);
  const dark = await line();
  // As a browser prints: the event, then the print styles.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const light = await line();
  expect(light).not.toBe(dark);
  expect(await squeezed()).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  expect(await squeezed()).toEqual([]);
  expect(await page.locator('header.bar').isVisible()).toBe(false);
  const styles = await page.locator('metrics-panel').evaluate((panel) => {
    const deep = (selector: string): Element[] =>
      [
        panel.shadowRoot,
        ...[...(panel.shadowRoot?.querySelectorAll('*') ?? [])].map((one) => one.shadowRoot),
      ].flatMap((root) => [...(root?.querySelectorAll(selector) ?? [])]);
    const of = (selector: string, name: string, pseudo?: string): string[] => [
      ...new Set(deep(selector).map((one) => getComputedStyle(one, pseudo).getPropertyValue(name))),
    ];
    return {
      cards: of('metric-chart', 'break-inside'),
      rows: of('tr, li', 'break-inside'),
      swatches: of('.label', 'print-color-adjust', '::before'),
      cores: of('.heat', 'print-color-adjust', '::before'),
      bars: of('.bar', 'print-color-adjust', '::before'),
      tools: of('.tools', 'display'),
      titles: of('.label', 'text-wrap-mode'),
    };
  });
  expect(styles).toEqual({
    cards: ['avoid'],
    rows: ['avoid'],
    swatches: ['exact'],
    cores: ['exact'],
    bars: ['exact'],
    tools: ['none'],
    titles: ['wrap'],
  });
  await page.emulateMedia({ media: null });
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect.poll(line).toBe(dark);
});

it('on a right-to-left page keeps numbers and units together, and sentences in order', async () => {
  await open();
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  const torn = await page.evaluate(() => {
    const found: string[] = [];
    const look = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot !== null) look(element.shadowRoot);
        for (const node of element.childNodes) {
          const text = node instanceof Text ? node.data.trim() : '';
          if (!(node instanceof Text) || !/^\d.*[^\d\s]$/s.test(text)) continue;
          const placeOf = (at: number): DOMRect => {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            return range.getBoundingClientRect();
          };
          const first = placeOf(node.data.indexOf(text));
          const last = placeOf(node.data.indexOf(text) + text.length - 1);
          if (first.width > 0 && last.top === first.top && last.left < first.left) found.push(text);
        }
      }
    };
    look(document);
    return found;
  });
  expect(torn).toEqual([]);
});

it.each(['light', 'dark'] as const)(
  'with forced colours, %s, has visible swatches, cores and bars, and labels in the text colour',
  async (colorScheme) => {
    await open({ forcedColors: 'active', colorScheme });
    const seen = await page.locator('metrics-panel').evaluate((panel) => {
      const root = panel.shadowRoot;
      const [chart, strip, bars] = ['metric-chart', 'core-strip', 'filesystem-bars'].map(
        (tag) => root?.querySelector(tag)?.shadowRoot,
      );
      const colorOf = (element: Element | null | undefined, name: string, pseudo?: string): string =>
        element ? getComputedStyle(element, pseudo).getPropertyValue(name) : '';
      return {
        card: colorOf(chart?.querySelector('figure'), 'background-color'),
        text: colorOf(chart?.querySelector('.value'), 'color'),
        swatch: colorOf(chart?.querySelector('.label'), 'background-color', '::before'),
        label: colorOf(chart?.querySelector('canvas'), 'text-decoration-color'),
        core: colorOf(strip?.querySelector('.heat'), 'background-color', '::before'),
        bar: colorOf(bars?.querySelector('.bar'), 'background-color', '::before'),
      };
    });
    const { card, text, swatch, label, core, bar } = seen;
    for (const color of [swatch, core, bar]) {
      expect(color).not.toBe(card);
      expect(color).not.toBe('rgba(0, 0, 0, 0)');
    }
    expect([swatch, label]).toEqual([text, text]);
  },
);
