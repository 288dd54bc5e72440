import type axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { expect } from 'vitest';
import { BROWSER_FLAGS } from '../tools/browser/flags.mjs';
import { comparePagesOf } from './contract-tap.ts';

export const PHONE = {
  viewport: { width: 390, height: 740 },
  hasTouch: true,
  isMobile: true,
} as const satisfies BrowserContextOptions;

/** Launches the Chromium that `npm test` found or installed. */
export async function launchBrowser(
  flags: readonly string[] = [],
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'];
  if (executablePath === undefined) throw new Error('No browser: run `npm test`, or set CHROME_PATH');
  const args = [...BROWSER_FLAGS, ...flags];
  const browser = await chromium.launch({ executablePath, args, env });
  comparePagesOf(browser);
  return browser;
}

/** Expects no violation reported by axe in the whole page, shadow roots included. */
export async function expectPageAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the page's content security policy stays in force.
  const { default: library } = await import('axe-core');
  await page.evaluate(library.source);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations).toEqual([]);
}

/** As a reader does, in the menu of the dashboard. */
export async function openEmbedDialog(page: Page): Promise<void> {
  await page.locator('#more').click();
  await page.locator('#embed').click();
}

type Touch = 'touchStart' | 'touchMove' | 'touchEnd';

/** Moves one finger over a page as a touch screen would report it; the browser decides what scrolls. Without a place it is lifted. */
export async function touching(page: Page): Promise<(type: Touch, x?: number, y?: number) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (type, x, y) => {
    const touchPoints = x === undefined || y === undefined ? [] : [{ x, y }];
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  };
}
