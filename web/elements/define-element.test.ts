import { expect, it } from 'vitest';
import { element } from './define-element.ts';

it('keeps an element that another script has defined', () => {
  class First extends HTMLElement {}
  class Second extends HTMLElement {}
  element('metric-chart')(First);
  element('metric-chart')(Second);
  expect(customElements.get('metric-chart')).toBe(First);
});
