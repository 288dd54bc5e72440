import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with the list of what axe finds wrong in `element`; page-wide rules do not apply to an element alone. */
export async function expectAccessible(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
