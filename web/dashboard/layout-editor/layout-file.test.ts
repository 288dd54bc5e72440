import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../locales/languages.ts';
import type { BoardLayout } from '../../state/layouts.ts';
import { readLayout, writeLayout } from './layout-file.ts';

const ENGLISH = preferredLanguage(['en']);
const VIEW: BoardLayout = {
  v: 1,
  name: 'Night <b>',
  cards: [
    { id: 'load' },
    { metrics: 'cpu.user+gpu.of.nobody', arrangement: 'stacked', title: 'Mine' },
    { metrics: 'cpu', arrangement: 'lines' },
  ],
  hidden: ['disk'],
};

const read = (content: unknown): BoardLayout => readLayout(JSON.stringify(content), ENGLISH);

describe('the file of a view', () => {
  it('holds all of it, metrics that no host has included', () => {
    expect(readLayout(writeLayout(VIEW), ENGLISH)).toEqual(VIEW);
  });

  it.each([
    [{ ...VIEW, v: 2 }, '“v” must be 1'],
    [{ ...VIEW, name: 5 }, '“name” must be a text'],
    [{ ...VIEW, name: '' }, '“name” must not be empty'],
    [{ ...VIEW, name: 'x'.repeat(201) }, '“name” must have at most 200 characters'],
    [{ v: 1, name: 'x', cards: [] }, '“hidden” is missing'],
    [{ ...VIEW, extra: 1 }, '“extra” is not known'],
    [{ ...VIEW, cards: {} }, '“cards” must be a list'],
    [{ ...VIEW, cards: [{ id: 'cpu' }, { id: 4 }] }, '“cards.1.id” must be a text'],
    [{ ...VIEW, cards: [{ id: 'cpu', onclick: 'x' }] }, '“cards.0.onclick” is not known'],
    [{ ...VIEW, cards: [{ metrics: 'a+', arrangement: 'lines' }] }, '“cards.0.metrics” must be names'],
    [{ ...VIEW, cards: [{ metrics: 'cpu.*', arrangement: 'lines' }] }, '“cards.0.metrics” must be names'],
    [{ ...VIEW, cards: [{ metrics: 'a', arrangement: 'pie' }] }, '“cards.0.arrangement” must be “lines”'],
    [{ ...VIEW, cards: [{ metrics: 'a' }] }, '“cards.0.arrangement” is missing'],
    [{ ...VIEW, cards: Array.from({ length: 501 }, () => ({ id: 'a' })) }, '“cards” must have at most 500'],
    [{ ...VIEW, hidden: [[]] }, '“hidden.0” must be a text'],
    ['text', 'must be an object'],
    [null, 'must be an object'],
  ])('is refused with the field and the fix: %j', (content, problem) => {
    expect(() => read(content)).toThrow(problem);
  });

  it('is refused if it is no JSON, or larger than 64 kB', () => {
    expect(() => readLayout('{', ENGLISH)).toThrow('it is not JSON');
    expect(() => readLayout(`${writeLayout(VIEW)}${' '.repeat(65_536)}`, ENGLISH)).toThrow(
      'larger than 64 kB',
    );
  });
});
