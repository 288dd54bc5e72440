import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './window-switch.ts';
import type { WindowSwitch } from './window-switch.ts';

const HOUR_MS = 3_600_000;

function radiosOf({ renderRoot }: WindowSwitch, place = 'fieldset'): HTMLInputElement[] {
  return [...(renderRoot.querySelector(place)?.querySelectorAll('input') ?? [])];
}
const dialogOf = ({ renderRoot }: WindowSwitch): HTMLDialogElement | null =>
  renderRoot.querySelector('dialog');

async function open(windowSwitch: WindowSwitch): Promise<HTMLButtonElement> {
  const button = windowSwitch.renderRoot.querySelector<HTMLButtonElement>('.open');
  if (button === null) throw new Error('no button');
  await userEvent.click(button);
  await windowSwitch.updateComplete;
  return button;
}

afterEach(async () => {
  unmountAll();
  await page.viewport(1024, 768);
});

describe('window-switch', () => {
  it('shows the newest 20 samples by default, named by their length, and is accessible', async () => {
    const windowSwitch = await mount('window-switch');
    expect(radiosOf(windowSwitch).map(({ checked }) => checked)).toEqual([true, false, false, false]);
    expect(radiosOf(windowSwitch)[0]?.ariaLabel).toBe('Live, 20 s');
    windowSwitch.intervalMs = 5000;
    await windowSwitch.updateComplete;
    expect(radiosOf(windowSwitch)[0]?.ariaLabel).toBe('Live, 100 s');
    windowSwitch.intervalMs = 60_000;
    await windowSwitch.updateComplete;
    expect(radiosOf(windowSwitch)[0]?.ariaLabel).toBe('Live, 20 min');
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
    await page.viewport(1400, 768);
    const windowSwitch = await mount('window-switch');
    windowSwitch.history = { oldestMs: Date.now() - 2 * HOUR_MS };
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
    expect(windowSwitch.renderRoot.querySelector('[role=status]')?.textContent).toBe(
      'This agent keeps no history.',
    );
    windowSwitch.isOfOtherAgent = true;
    await windowSwitch.updateComplete;
    expect(windowSwitch.renderRoot.querySelector('[role=status]')?.textContent).toBe(
      'No history of this host is kept here: its own agent may keep one.',
    );
    await expectAccessible(windowSwitch);
  });

  it('is a button where the screen is narrow, which opens every span, also while a range is shown', async () => {
    const windowSwitch = await mount('window-switch');
    windowSwitch.history = { oldestMs: 0 };
    windowSwitch.span = null;
    await windowSwitch.updateComplete;
    expect(radiosOf(windowSwitch).filter((radio) => radio.checkVisibility())).toEqual([]);
    const button = await open(windowSwitch);
    expect(button.innerText).toBe('Past');
    expect(button.ariaExpanded).toBe('true');
    await expectAccessible(windowSwitch);
    const chosen: string[] = [];
    windowSwitch.addEventListener('windowchange', ({ detail }) => chosen.push(detail));
    const week = radiosOf(windowSwitch, '.choices').find(({ ariaLabel }) => ariaLabel === '7 days');
    if (week === undefined) throw new Error('no week');
    await userEvent.click(week);
    await windowSwitch.updateComplete;
    expect(chosen).toEqual(['7d']);
    expect([button.innerText, button.ariaExpanded, dialogOf(windowSwitch)]).toEqual(['7 d', 'false', null]);
    expect(windowSwitch.shadowRoot?.activeElement).toBe(button);
  });

  it('stays open while the arrow keys go through the spans, and closes with Enter', async () => {
    const windowSwitch = await mount('window-switch');
    windowSwitch.history = { oldestMs: Date.now() - 2 * HOUR_MS };
    await windowSwitch.updateComplete;
    const chosen: string[] = [];
    windowSwitch.addEventListener('windowchange', ({ detail }) => chosen.push(detail));
    await open(windowSwitch);
    expect(dialogOf(windowSwitch)?.querySelector('.kept')?.textContent).toMatch(/^Kept since .*\d\d:\d\d\.$/);
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(chosen).toEqual(['1m', '5m']);
    expect(dialogOf(windowSwitch)?.open).toBe(true);
    await userEvent.keyboard('{Enter}');
    await windowSwitch.updateComplete;
    expect(dialogOf(windowSwitch)).toBeNull();
  });
});
