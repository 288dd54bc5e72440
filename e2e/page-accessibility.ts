import axe from 'axe-core';
import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Fails with the list of what axe finds wrong in the whole page, shadow roots included. */
export async function expectPageAccessible(page: Page): Promise<void> {
  // Through the debugger, so that the page's content security policy stays in force for the page itself.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof axe }).axe.run(document);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(violations).toEqual([]);
}
