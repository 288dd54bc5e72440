import axe from 'axe-core';
import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Expects no violation reported by axe in the whole page, shadow roots included. */
export async function expectPageAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so that the page's content security policy stays in force.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations).toEqual([]);
}
