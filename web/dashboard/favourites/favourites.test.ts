import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './favourite-star.ts';
import { Favourites } from './favourites.ts';

const KEY = 'metrics-panel.favourites';

beforeEach(() => localStorage.clear());
afterEach(() => {
  unmountAll();
  localStorage.clear();
});

describe('Favourites', () => {
  it('are those that were chosen, in that order, and are remembered', () => {
    const favourites = new Favourites();
    for (const name of ['memory', 'cpu', 'load', 'cpu']) favourites.toggle(name);
    expect(favourites.names).toEqual(['memory', 'load']);
    expect(new Favourites().names).toEqual(['memory', 'load']);
  });

  it('take nonsense in the storage for none', () => {
    for (const nonsense of ['{', 'null', '{"cpu":true}']) {
      localStorage.setItem(KEY, nonsense);
      expect(new Favourites().names).toEqual([]);
    }
    localStorage.setItem(KEY, '["cpu",1,"cpu",null]');
    expect(new Favourites().names).toEqual(['cpu']);
  });

  it('tell of each change, those of other tabs included, until they are left', () => {
    const favourites = new Favourites();
    const told: (readonly string[])[] = [];
    const leave = favourites.follow(() => told.push(favourites.names));
    favourites.toggle('cpu');
    localStorage.setItem(KEY, '["load"]');
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    window.dispatchEvent(new StorageEvent('storage', { key: 'another' }));
    leave();
    favourites.toggle('memory');
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(told).toEqual([['cpu'], ['load']]);
  });
});

describe('favourite-star', () => {
  it('renders by default: nothing', async () => {
    const star = await mount('favourite-star');
    expect(star.shadowRoot?.querySelector('button')).toBeNull();
  });

  it('says what it is of and whether it is chosen, and is pressed with the keyboard', async () => {
    const favourites = new Favourites();
    const star = await mount('favourite-star', (element) => {
      Object.assign(element, { favourites, metric: 'cpu', label: 'CPU' });
    });
    const button = star.shadowRoot?.querySelector('button');
    expect([button?.ariaLabel, button?.ariaPressed]).toEqual(['Favourite: CPU', 'false']);
    await expectAccessible(star);
    star.focus();
    await userEvent.keyboard('{Enter}');
    expect(favourites.names).toEqual(['cpu']);
    star.chosen = true;
    await star.updateComplete;
    expect(button?.ariaPressed).toBe('true');
    await expectAccessible(star);
  });
});
