import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Favourites } from './preferences.ts';

const KEY = 'metrics-panel.favourites';

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

describe('Favourites', () => {
  it('keep the order in which they were chosen, and are remembered', () => {
    const favourites = new Favourites();
    for (const name of ['memory', 'cpu', 'load', 'cpu']) favourites.toggle(name);
    expect(favourites.value).toEqual(['memory', 'load']);
    expect(new Favourites().value).toEqual(['memory', 'load']);
  });

  it('ignore anything stored that is not a list of names', () => {
    for (const nonsense of ['{', 'null', '{"cpu":true}']) {
      localStorage.setItem(KEY, nonsense);
      expect(new Favourites().value).toEqual([]);
    }
    localStorage.setItem(KEY, '["cpu",1,"cpu",null]');
    expect(new Favourites().value).toEqual(['cpu']);
  });

  it('report each change, also one made in another tab, until unfollowed', () => {
    const favourites = new Favourites();
    const stop = favourites.start();
    const reported: (readonly string[])[] = [];
    const unfollow = favourites.onChange((names) => reported.push(names));
    favourites.toggle('cpu');
    localStorage.setItem(KEY, '["load"]');
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    window.dispatchEvent(new StorageEvent('storage', { key: 'another' }));
    unfollow();
    favourites.toggle('memory');
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    stop();
    expect(reported).toEqual([['cpu'], ['load']]);
  });
});
