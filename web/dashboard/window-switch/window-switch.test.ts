import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './window-switch.ts';
import type { WindowSwitch } from './window-switch.ts';

function radiosOf(windowSwitch: WindowSwitch): HTMLInputElement[] {
  return [...(windowSwitch.shadowRoot?.querySelectorAll('input') ?? [])];
}

afterEach(unmountAll);

describe('window-switch', () => {
  it('shows 20 points by default, and is accessible', async () => {
    const windowSwitch = await mount('window-switch');
    expect(radiosOf(windowSwitch).map(({ checked }) => checked)).toEqual([true, false, false, false]);
    await expectAccessible(windowSwitch);
  });

  it('reports what was chosen with the pointer or the keyboard', async () => {
    const windowSwitch = await mount('window-switch');
    const chosen: string[] = [];
    windowSwitch.addEventListener('windowchange', ({ detail }) => chosen.push(detail));
    const [, minute] = radiosOf(windowSwitch);
    if (!minute) throw new Error('no radio');
    await userEvent.click(minute);
    await userEvent.keyboard('{ArrowRight}');
    expect(chosen).toEqual(['1m', '5m']);
  });
});
