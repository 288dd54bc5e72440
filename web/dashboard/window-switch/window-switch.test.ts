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

  it('offers the spans that need a history only where there is one, and says which are not full yet', async () => {
    const windowSwitch = await mount('window-switch');
    windowSwitch.history = { oldestMs: Date.now() - 2 * 3_600_000 };
    await windowSwitch.updateComplete;
    const names = radiosOf(windowSwitch).map(({ ariaLabel }) => ariaLabel);
    expect(names.slice(4, 6)).toEqual([
      '1 hour',
      expect.stringMatching(/^6 hours \(kept since .*\d\d:\d\d\)$/),
    ]);
    expect(names).toHaveLength(10);
    await expectAccessible(windowSwitch);
    windowSwitch.short = true;
    windowSwitch.history = null;
    await windowSwitch.updateComplete;
    expect(radiosOf(windowSwitch)).toHaveLength(4);
    expect(windowSwitch.shadowRoot?.querySelector('[role=status]')?.textContent).toBe(
      'This agent keeps no history.',
    );
    windowSwitch.isOfOtherAgent = true;
    await windowSwitch.updateComplete;
    expect(windowSwitch.shadowRoot?.querySelector('[role=status]')?.textContent).toBe(
      'No history of this host is kept here: its own agent may keep one.',
    );
    await expectAccessible(windowSwitch);
  });

  it('is a list where the screen is narrow, from which every span can be chosen while a range is shown', async () => {
    const windowSwitch = await mount('window-switch');
    windowSwitch.history = { oldestMs: 0 };
    windowSwitch.span = null;
    await windowSwitch.updateComplete;
    const list = windowSwitch.shadowRoot?.querySelector('select');
    if (!list) throw new Error('no list');
    expect(list.checkVisibility()).toBe(true);
    expect(radiosOf(windowSwitch).filter((radio) => radio.checkVisibility() || radio.checked)).toEqual([]);
    expect(list.selectedOptions[0]?.textContent).toBe('In the past');
    const chosen: string[] = [];
    windowSwitch.addEventListener('windowchange', ({ detail }) => chosen.push(detail));
    await userEvent.selectOptions(list, '7d');
    expect(chosen).toEqual(['7d']);
    await windowSwitch.updateComplete;
    expect([list.value, list.querySelector('option[value=""]')]).toEqual(['7d', null]);
    windowSwitch.history = { oldestMs: Date.now() - 2 * 3_600_000 };
    windowSwitch.span = '30d';
    await windowSwitch.updateComplete;
    expect(list.selectedOptions[0]?.label).toBe('30 days');
    expect(list.title).toMatch(/^30 days \(kept since /);
    expect(list.querySelector<HTMLOptionElement>('option[value="7d"]')?.label).toMatch(
      /^7 days \(kept since /,
    );
    await expectAccessible(windowSwitch);
  });
});
