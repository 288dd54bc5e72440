import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './theme-switch.ts';
import type { ThemeSwitch } from './theme-switch.ts';

function radiosOf(themeSwitch: ThemeSwitch): HTMLInputElement[] {
  return [...(themeSwitch.shadowRoot?.querySelectorAll('input') ?? [])];
}

afterEach(unmountAll);

describe('theme-switch', () => {
  it("renders by default with the system's theme, and is accessible", async () => {
    const themeSwitch = await mount('theme-switch');
    expect(radiosOf(themeSwitch).map(({ checked }) => checked)).toEqual([true, false, false]);
    await expectAccessible(themeSwitch);
  });

  it('dispatches the choice, by pointer and by keyboard', async () => {
    const themeSwitch = await mount('theme-switch');
    const chosen: string[] = [];
    themeSwitch.addEventListener('themechange', ({ detail }) => chosen.push(detail));
    const [, light] = radiosOf(themeSwitch);
    if (!light) throw new Error('no radio');
    await userEvent.click(light);
    await userEvent.keyboard('{ArrowRight}');
    expect(chosen).toEqual(['light', 'dark']);
    expect(themeSwitch.theme).toBe('dark');
  });
});
