import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Folds } from './folds.ts';

const KEY = 'metrics-panel.sections';

function onPhone(isPhone: boolean): void {
  vi.spyOn(window, 'matchMedia').mockReturnValue(
    Object.assign(new EventTarget(), { matches: isPhone }) as MediaQueryList,
  );
}

beforeEach(() => onPhone(false));
afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

describe('Folds', () => {
  it('opens sections of few charts and folds those of many, fewer on a phone', () => {
    const folds = new Folds();
    expect([folds.isOpen('Memory', 12), folds.isOpen('CPU', 13)]).toEqual([true, false]);
    onPhone(true);
    const onSmall = new Folds();
    expect([onSmall.isOpen('Memory', 5), onSmall.isOpen('Load', 4)]).toEqual([false, true]);
  });

  it('remembers what the reader chose', () => {
    const folds = new Folds();
    folds.isOpen('CPU', 99);
    folds.isOpen('Memory', 1);
    expect(folds.choose('CPU', true)).toBe(true);
    expect(folds.choose('Memory', false)).toBe(true);
    const later = new Folds();
    expect([later.isOpen('CPU', 99), later.isOpen('Memory', 1)]).toEqual([true, false]);
  });

  it('does not store its own decision as a choice', () => {
    const folds = new Folds();
    folds.isOpen('CPU', 1);
    expect(folds.choose('CPU', true)).toBe(false);
    expect(localStorage.getItem(KEY)).toBeNull();
  });

  it('folds no open section because charts were added', () => {
    const folds = new Folds();
    expect(folds.isOpen('Network', 10)).toBe(true);
    expect(folds.isOpen('Network', 18)).toBe(true);
  });

  it.each(['nonsense', 'null', '7', '{"CPU":"yes"}'])('ignores %s in the storage', (stored) => {
    localStorage.setItem(KEY, stored);
    const folds = new Folds();
    expect(folds.isOpen('Memory', 1)).toBe(true);
    folds.choose('Memory', false);
    expect(new Folds().isOpen('Memory', 1)).toBe(false);
  });
});
