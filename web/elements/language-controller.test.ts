import { afterEach, expect, it } from 'vitest';
import { mount, unmountAll } from '../testing/mount.ts';
import './theme-switch/theme-switch.ts';

afterEach(unmountAll);

// The first test of this page, so that the messages are not loaded yet.
it('shows nothing while the messages of its language are loading', async () => {
  const element = await mount('theme-switch', (one) => (one.lang = 'zh'));
  const shown = (): string => {
    const labels = [...(element.shadowRoot?.querySelectorAll('label') ?? [])];
    return labels
      .filter((label) => label.checkVisibility({ visibilityProperty: true }))
      .map(({ title }) => title)
      .join();
  };
  expect(element.shadowRoot?.querySelectorAll('label').length).toBeGreaterThan(0);
  expect(shown()).toBe('');
  const seen = new Set<string>();
  while (shown() === '') {
    seen.add(shown());
    await new Promise(requestAnimationFrame);
  }
  expect(shown()).toMatch(/\p{Script=Han}/u);
  expect(shown()).not.toMatch(/theme/i);
});
