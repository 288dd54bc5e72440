import { isDeepStrictEqual } from 'node:util';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright';

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of its scripts, and errors and warnings on its console, so far. */
  readonly errors: string[];
}

/** Opens a page of its own, without anything that another one left in the browser. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(url);
  return { page, context, errors };
}

/** The chart whose number is `metric`: a card, or a chart of an open section or of a search. A favourite comes first. */
export function chartOf(page: Page, metric = 'cpu'): Locator {
  return page.locator(`main metric-chart[data-metric="${metric}"]`).first();
}

/** Where its lines are drawn. A card's strip has a canvas of its own. */
export function plotOf(page: Page, metric = 'cpu'): Locator {
  return chartOf(page, metric).locator('canvas[role="img"]');
}

/** The text alternative of a chart: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. user 2.0 % (0.5–7.0 %), …`. It may be some seconds old. */
export async function wordsOf(page: Page, metric = 'cpu'): Promise<string> {
  return (await plotOf(page, metric).getAttribute('aria-label')) ?? '';
}

/** Samples in a chart, as its text alternative says; 0 before the first. */
export async function countOf(page: Page, metric = 'cpu'): Promise<number> {
  return Number(/in (\d+) samples/.exec(await wordsOf(page, metric))?.[1] ?? 0);
}

/** The number in the head of a chart, with its unit, as the page shows it. */
export async function valueOf(page: Page, metric = 'cpu'): Promise<string> {
  return chartOf(page, metric).locator('[part=value]').innerText();
}

/** The time beside the title of a chart whose value is not the present one. */
export function asOf(page: Page, metric = 'cpu'): Locator {
  return chartOf(page, metric).locator('.as-of');
}

/** The state of the connection, in the bar. */
export function badgeOf(page: Page): Locator {
  return page.locator('header.bar connection-badge button');
}

/** A closed group below the board, by the English name of its subject. */
export function sectionOf(page: Page, title: string): Locator {
  return page.locator(`main details[data-section="${title}"]`);
}

/** Opens a section, or closes one that is open, and waits until it is. */
export async function foldSection(page: Page, title: string): Promise<void> {
  const section = sectionOf(page, title);
  const wasOpen = (await section.getAttribute('open')) !== null;
  await section.locator('> summary').click();
  await section.and(page.locator(wasOpen ? ':not([open])' : '[open]')).waitFor();
}

/** Chooses how much time is shown, in the bar or, where that has no room for all choices, in the sheet. The page has heard of its agent. */
export async function chooseWindow(page: Page, name: string | RegExp): Promise<void> {
  const button = page.locator('window-switch .open');
  if (await button.isVisible()) await button.click();
  await page.getByRole('radio', { name, exact: true }).click();
}

/** Shows only the charts with some words, as the palette offers last. */
export async function searchFor(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill(text);
  await page.getByRole('option', { name: `Show only charts with “${text}”` }).click();
}

/** Waits until the page has been drawn, and has heard of what that led to. */
export async function framesOf(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** The point of the screen at `fraction` of the width of a chart's plot, once it lies still. */
export async function placeIn(page: Page, fraction: number, metric = 'cpu'): Promise<[x: number, y: number]> {
  const canvas = plotOf(page, metric);
  await canvas.waitFor();
  let box = await canvas.boundingBox();
  // What was just opened or closed may still move the chart.
  for (let before; box === null || !isDeepStrictEqual(box, before); box = await canvas.boundingBox()) {
    before = box;
    await framesOf(page);
  }
  return [box.x + box.width * fraction, box.y + box.height / 2];
}
