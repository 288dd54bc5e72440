import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Layouts, type BoardLayout } from './layouts.ts';

const KEY = 'metrics-panel.layouts';
const VIEW: BoardLayout = { v: 1, name: 'Night', cards: [{ id: 'load' }, { id: 'cpu' }], hidden: ['disk'] };

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

const names = (layouts: Layouts): string[] => layouts.value.views.map(({ name }) => name);

describe('Layouts', () => {
  it('shows the default at first, and stores nothing', () => {
    const layouts = new Layouts();
    expect(layouts.shown).toBe(null);
    expect(localStorage.length).toBe(0);
  });

  it('makes a new view of a change of the default, which stays as it is', () => {
    const layouts = new Layouts();
    layouts.change({ cards: [{ id: 'load' }], hidden: [] });
    expect(layouts.shown).toEqual({ v: 1, name: 'My view', cards: [{ id: 'load' }], hidden: [] });
    layouts.choose(null);
    layouts.change({ hidden: ['cpu'] });
    expect(names(layouts)).toEqual(['My view', 'My view 2']);
    expect(layouts.shown?.hidden).toEqual(['cpu']);
  });

  it('is the same after a reload and in another tab', () => {
    const [one, other] = [new Layouts(), new Layouts()];
    const stop = other.start();
    one.add(VIEW);
    expect(new Layouts().shown).toEqual(VIEW);
    expect(other.shown).toBe(null);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(other.shown).toEqual(VIEW);
    stop();
  });

  it.each([
    ['what is no JSON', '{'],
    ['what is no object', '7'],
    ['views that are no list', JSON.stringify({ views: {}, chosen: 'Night' })],
    ['a view of a later version', JSON.stringify({ views: [{ ...VIEW, v: 2 }], chosen: 'Night' })],
    [
      'cards of another shape',
      JSON.stringify({ views: [{ ...VIEW, cards: [{ metrics: 'cpu' }] }], chosen: 'Night' }),
    ],
    [
      'a title that is no text',
      JSON.stringify({
        views: [{ ...VIEW, cards: [{ metrics: 'cpu', arrangement: 'lines', title: {} }] }],
        chosen: 'Night',
      }),
    ],
    ['ids that are no text', JSON.stringify({ views: [{ ...VIEW, hidden: [1] }], chosen: 'Night' })],
  ])('shows the default where the browser has %s', (_, stored) => {
    localStorage.setItem(KEY, stored);
    const layouts = new Layouts();
    expect([layouts.shown, layouts.value.views]).toEqual([null, []]);
  });

  it('gives each view a name of its own', () => {
    const layouts = new Layouts();
    for (let count = 0; count < 3; count += 1) layouts.add(VIEW);
    expect(names(layouts)).toEqual(['Night', 'Night 2', 'Night 3']);
    layouts.rename('  Night 2 ');
    expect(names(layouts)).toEqual(['Night', 'Night 2', 'Night 2 2']);
    layouts.rename(' ');
    expect(layouts.shown?.name).toBe('Night 2 2');
  });

  it('undoes the last change, and a removal', () => {
    const layouts = new Layouts();
    layouts.add(VIEW);
    layouts.change({ hidden: [] });
    layouts.undo();
    expect(layouts.shown).toEqual(VIEW);
    expect(layouts.before.value).toBe(null);
    layouts.remove();
    expect([layouts.shown, names(layouts)]).toEqual([null, []]);
    layouts.undo();
    expect(layouts.shown).toEqual(VIEW);
    expect(new Layouts().shown).toEqual(VIEW);
  });

  it.each([
    'nonsense',
    '[]',
    '{"views":3}',
    '{"views":[{"name":1}],"chosen":"x"}',
    '{"views":[{"v":1,"name":"x","cards":[{}],"hidden":[]}],"chosen":"x"}',
    'null',
  ])('shows the default where %s is stored', (stored) => {
    localStorage.setItem(KEY, stored);
    expect(new Layouts().shown).toBe(null);
  });
});
