import type { Series } from '../../shared/protocol/messages.ts';
import type { Messages } from './en.ts';

type Texts = Readonly<Record<string, string>>;
type Named = Pick<Series, 'name' | 'label' | 'instance'>;

/** What the agent or its connection says in English, in the /* of another language; as it is where these have none for it. */
export function translate(text: string, { texts, patterns }: Messages): string {
  return ownText(texts, text) ?? matched(text, patterns) ?? text;
}

/** The same for a word that has its meaning from the place where it stands, as those in a column of a table. */
export function translateAt(place: string, text: string, { texts, patterns }: Messages): string {
  const key = `${place}:${text}`;
  return ownText(texts, key) ?? matched(key, patterns) ?? text;
}

/** A series' label for its readers, in the agent's /* where the language has none for a metric of that name. */
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

/** The same series with label and instance for readers of `messages`; the same list where there is nothing to translate. */
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

/** The agent's /* may be those of `Object.prototype`. */
export function ownText(texts: Texts, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}

function matched(text: string, patterns: Texts): string | undefined {
  for (const [pattern, messages] of Object.entries(patterns)) {
    const [before = '', after = ''] = pattern.split('{}');
    // Where it stands several times, the first tells what it is.
    const end =
      pattern.indexOf('{}', before.length + 2) < 0
        ? text.length - after.length
        : text.indexOf(after, before.length);
    const thing = text.slice(before.length, Math.max(before.length, end));
    if (fill(pattern, thing) === text) return fill(messages, thing);
  }
  return undefined;
}

/** Not by a string, in which `$` has a meaning. */
function fill(pattern: string, thing: string): string {
  return pattern.replaceAll('{}', () => thing);
}
