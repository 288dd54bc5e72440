import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Favourites } from '../../state/preferences.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './favourite-star.ts';

beforeEach(() => localStorage.clear());
afterEach(() => {
  unmountAll();
  localStorage.clear();
});

describe('favourite-star', () => {
  it('renders nothing by default', async () => {
    const star = await mount('favourite-star');
    expect(star.shadowRoot?.querySelector('button')).toBeNull();
  });

  it('names its metric, says whether it is a favourite, and is pressed with the keyboard', async () => {
    const favourites = new Favourites();
    const star = await mount('favourite-star', (element) => {
      Object.assign(element, { favourites, metric: 'cpu', label: 'CPU' });
    });
    const button = star.shadowRoot?.querySelector('button');
    expect([button?.ariaLabel, button?.ariaPressed]).toEqual(['Favourite: CPU', 'false']);
    await expectAccessible(star);
    star.focus();
    await userEvent.keyboard('{Enter}');
    expect(favourites.value).toEqual(['cpu']);
    star.chosen = true;
    await star.updateComplete;
    expect(button?.ariaPressed).toBe('true');
    await expectAccessible(star);
  });
});
