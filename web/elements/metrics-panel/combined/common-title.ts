import type { Language } from '../../../locales/languages.ts';

/** Where words of a label may part: after a space or a bracket, and anywhere between Chinese words. */
const ENDS_WHOLE = /[\s,，(（]$|\p{Script=Han}$/u;
const BEGINS_WHOLE = /^[\s)）]|^\p{Script=Han}/u;
const LOOSE_END = /[\s,，:：(（]+$/u;
const LOOSE_START = /^[\s,，:：)）]+/u;

/** What a chart of several series is called, and how its legend tells them apart. */
export interface CommonTitle {
  readonly title: string;
  /** As many as there are labels. */
  readonly names: readonly string[];
}

/**
 * The words that labels begin with, or else end with, as the title, and the others as names: `CPU user`, `CPU I/O wait` are `CPU` of `user` and `I/O wait`.
 * Labels without a common word stay, and are the title together.
 */
export function commonTitle(labels: readonly string[], { tag, messages }: Language): CommonTitle {
  if (labels.length === 1) return { title: labels.join(''), names: labels };
  const words = labels.map((label) => wordsOf(label, tag));
  const start = whole(common(words), (text) => ENDS_WHOLE.test(text), 'pop');
  const end = whole(
    common(words.map((one) => one.toReversed())).toReversed(),
    (text) => BEGINS_WHOLE.test(text),
    'shift',
  );
  const byStart = labels.map((label) => label.slice(start.length).replace(LOOSE_START, ''));
  const title = start.replace(LOOSE_END, '');
  if (title !== '' && byStart.every((name) => name !== '')) return { title, names: byStart.map(unbracketed) };
  const byEnd = labels.map((label) => label.slice(0, label.length - end.length).replace(LOOSE_END, ''));
  const ending = end.replace(LOOSE_START, '');
  if (ending !== '' && byEnd.every((name) => name !== ''))
    return { title: capitalised(ending, tag), names: byEnd };
  return { title: labels.join(messages.separator.list), names: labels };
}

/** Spaces and punctuation count as words of their own. */
function wordsOf(label: string, tag: string): string[] {
  return [...new Intl.Segmenter(tag, { granularity: 'word' }).segment(label)].map(({ segment }) => segment);
}

/** The words that all lists begin with, but not the whole of any. */
function common([first = [], ...others]: readonly (readonly string[])[]): string[] {
  const length = first.findIndex((word, index) => others.some((other) => other[index] !== word));
  return first.slice(0, length < 0 ? first.length : length);
}

/** Leaves words out at one end until it is a whole one. */
function whole(words: string[], isWhole: (text: string) => boolean, shorten: 'pop' | 'shift'): string {
  while (words.length > 0 && !isWhole(words.join(''))) words[shorten]();
  return words.join('');
}

/** `some）` is what a bracket that is common to all labels leaves. */
function unbracketed(name: string): string {
  return /[(（]/.test(name) ? name : name.replace(/[)）]$/, '');
}

function capitalised(text: string, tag: string): string {
  return text.replace(/^./u, (letter) => letter.toLocaleUpperCase(tag));
}
