import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with the violations that axe finds in `element`. Page-wide rules do not apply to a single element. */
export async function expectAccessible(element: Element): Promise<void> {
  const { violations } = await axe.run(element, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
