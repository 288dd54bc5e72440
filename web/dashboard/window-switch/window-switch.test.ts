import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { pointsIn } from '../time-span.ts';
import './window-switch.ts';
import type { WindowSwitch } from './window-switch.ts';

function radiosOf(windowSwitch: WindowSwitch): HTMLInputElement[] {
  return [...(windowSwitch.shadowRoot?.querySelectorAll('input') ?? [])];
}

afterEach(unmountAll);

describe('window-switch', () => {
  it('renders by default with 20 points, and is accessible', async () => {
    const windowSwitch = await mount('window-switch');
    expect(radiosOf(windowSwitch).map(({ checked }) => checked)).toEqual([true, false, false, false]);
    await expectAccessible(windowSwitch);
  });

  it('tells what was chosen, by pointer and by keyboard', async () => {
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

describe('pointsIn', () => {
  it('is as many as come in that time, two at least, and 20 without one', () => {
    expect([pointsIn('points', 250), pointsIn('1m', 250), pointsIn('5m', 250)]).toEqual([20, 240, 1200]);
    expect(pointsIn('15m')).toBe(900);
    expect([pointsIn('1m', 10_000), pointsIn('1m', 60_000)]).toEqual([6, 2]);
  });

  it('is never more than the agent keeps', () => {
    expect(pointsIn('15m', 250, 2000)).toBe(2000);
  });
});
