import { expect, it } from 'vitest';
import { element } from './define.ts';

it('leaves an element alone that another script has defined already', () => {
  class First extends HTMLElement {}
  class Second extends HTMLElement {}
  element('metric-chart')(First);
  element('metric-chart')(Second);
  expect(customElements.get('metric-chart')).toBe(First);
});
