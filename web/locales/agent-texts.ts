import type { Series } from '../../shared/protocol/messages.ts';
import type { Messages } from './en.ts';

type Texts = Readonly<Record<string, string>>;
type Named = Pick<Series, 'name' | 'label' | 'instance'>;

/** Translates an English text of the agent or of the connection; without a translation it stays unchanged. */
export function translate(text: string, { texts, patterns }: Messages): string {
  return ownText(texts, text) ?? matched(text, patterns) ?? text;
}

/** Translates a text whose meaning depends on its place, such as the column of a table. */
export function translateAt(place: string, text: string, { texts, patterns }: Messages): string {
  const key = `${place}:${text}`;
  return ownText(texts, key) ?? matched(key, patterns) ?? text;
}

/** The label of a series in the reader's language, or the agent's own without a translation. */
export function labelOf(series: Named, messages: Messages): string {
  const { name, label, instance } = series;
  const whole = ownText(messages.labels, name);
  if (whole !== undefined || instance === undefined) return whole ?? label;
  const parts = name.split('.');
  for (const index of parts.keys()) {
    const found = ownText(messages.labels, parts.with(index, '*').join('.'));
    if (found !== undefined) return fill(found, instanceOf(instance, series, messages));
  }
  return label;
}

/** Translates labels and instances; returns the same list if there is nothing to translate. */
export function translateSeries(series: readonly Series[], messages: Messages): readonly Series[] {
  if (messages.labels === messages.texts) return series;
  return series.map((one) => ({
    ...one,
    label: labelOf(one, messages),
    ...(one.instance === undefined ? {} : { instance: instanceOf(one.instance, one, messages) }),
  }));
}

function instanceOf(instance: string, { name }: Named, messages: Messages): string {
  return translateAt(name.split('.', 1)[0] ?? '', instance, messages);
}

/** Ignores what `Object.prototype` has: the agent chooses `key`. */
export function ownText(texts: Texts, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}

function matched(text: string, patterns: Texts): string | undefined {
  for (const [pattern, translation] of Object.entries(patterns)) {
    const [before = '', after = ''] = pattern.split('{}');
    // `{}` may occur several times: the first one gives its value.
    const end =
      pattern.indexOf('{}', before.length + 2) < 0
        ? text.length - after.length
        : text.indexOf(after, before.length);
    const thing = text.slice(before.length, Math.max(before.length, end));
    if (fill(pattern, thing) === text) return fill(translation, thing);
  }
  return undefined;
}

/** With a function, since `$` has a meaning in a replacement string. */
function fill(pattern: string, thing: string): string {
  return pattern.replaceAll('{}', () => thing);
}
