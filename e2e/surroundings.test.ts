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
  await page.goto(`${agent.url}?open=CPU,Filesystems`);
  await page.locator('filesystem-list .bar').first().waitFor(PATIENTLY);
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
  /** Of a line, and of a cell of a strip that is 0. */
  const colours = () =>
    page.evaluate(() => {
      const panel = document.querySelector('metrics-panel')?.shadowRoot;
      const line = panel?.querySelector('metric-chart')?.shadowRoot?.querySelector('canvas i');
      const strip = panel?.querySelector('card-strip')?.shadowRoot?.querySelector('canvas');
      return [
        line instanceof Element ? getComputedStyle(line).color : '',
        strip instanceof Element ? getComputedStyle(strip).borderTopColor : '',
      ];
    });
  const dark = await colours();
  // As a browser prints: the event, then the print styles.
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const light = await colours();
  expect([dark[0] === light[0], dark[1] === light[1]]).toEqual([false, false]);
  expect(await squeezed()).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  expect(await squeezed()).toEqual([]);
  for (const left of ['.bar .tools', '.bar connection-badge', 'time-lane'])
    expect(await page.locator(left).first().isVisible(), left).toBe(false);
  expect(await page.locator('host-sentence').first().isVisible()).toBe(true);
  const styles = await page.locator('metrics-panel').evaluate((panel) => {
    const deep = (root: ParentNode | null, selector: string): Element[] => [
      ...(root?.querySelectorAll(selector) ?? []),
      ...[...(root?.querySelectorAll('*') ?? [])].flatMap(({ shadowRoot }) => deep(shadowRoot, selector)),
    ];
    const of = (selector: string, name: string, pseudo?: string): string[] => [
      ...new Set(
        deep(panel.shadowRoot, selector).map((one) => getComputedStyle(one, pseudo).getPropertyValue(name)),
      ),
    ];
    return {
      cards: of('metric-chart, filesystem-list, interface-list, disk-list', 'break-inside'),
      rows: of('tr', 'break-inside'),
      swatches: [
        ...of('.label.only', 'print-color-adjust', '::before'),
        ...of('.swatch', 'print-color-adjust'),
      ],
      bars: [...of('span.bar', 'print-color-adjust', '::before'), ...of('td.bar', 'print-color-adjust')],
      tools: of('.tools', 'display'),
      titles: of('.label', 'text-wrap-mode'),
    };
  });
  expect(styles).toEqual({
    cards: ['avoid'],
    rows: ['avoid'],
    swatches: ['exact', 'exact'],
    bars: ['exact', 'exact'],
    tools: ['none'],
    titles: ['wrap'],
  });
  await page.emulateMedia({ media: null });
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect.poll(colours).toEqual(dark);
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
  'with forced colours, %s, has visible swatches in the colours of their lines, strips, bars, and labels in the text colour',
  async (colorScheme) => {
    await open({ forcedColors: 'active', colorScheme });
    const seen = await page.locator('metrics-panel').evaluate((panel) => {
      const root = panel.shadowRoot;
      const card = root?.querySelector('metric-chart[data-card="memory"]');
      const single = root?.querySelector('details metric-chart');
      const [strip, table] = ['card-strip', 'process-table'].map(
        (tag) => root?.querySelector(tag)?.shadowRoot,
      );
      const bars = root
        ?.querySelector('host-board')
        ?.shadowRoot?.querySelector('filesystem-list')?.shadowRoot;
      const colourOf = (element: Element | null | undefined, name: string, pseudo?: string): string =>
        element ? getComputedStyle(element, pseudo).getPropertyValue(name) : '';
      const all = (selector: string, name: string): string[] =>
        [...(card?.shadowRoot?.querySelectorAll(selector) ?? [])].map((one) => colourOf(one, name));
      return {
        surface: colourOf(card?.shadowRoot?.querySelector('figure'), 'background-color'),
        text: colourOf(card?.shadowRoot?.querySelector('.value'), 'color'),
        label: colourOf(card?.shadowRoot?.querySelector('canvas'), 'text-decoration-color'),
        lines: all('canvas i', 'color'),
        swatches: all('.swatch', 'background-color'),
        single: colourOf(single?.shadowRoot?.querySelector('.label'), 'background-color', '::before'),
        strip: [
          colourOf(strip?.querySelector('canvas'), 'color'),
          colourOf(strip?.querySelector('canvas'), 'border-top-color'),
        ],
        bar: colourOf(bars?.querySelector('.bar'), 'background-color', '::before'),
        cell: colourOf(table?.querySelector('td.bar'), 'background-image'),
      };
    });
    const { surface, text, label, lines, swatches, single, strip, bar, cell } = seen;
    for (const colour of [...swatches, ...strip, single, bar]) {
      expect(colour).not.toBe(surface);
      expect(colour).not.toBe('rgba(0, 0, 0, 0)');
    }
    expect(swatches.length).toBeGreaterThan(1);
    expect(swatches).toEqual(lines);
    // Otherwise a busy core would look like an idle one.
    expect(strip[0]).not.toBe(strip[1]);
    expect(cell).toContain(text);
    expect([single, label]).toEqual([text, text]);
  },
);
