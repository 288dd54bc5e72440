/** What could end a line, turn the direction of text or hide in it: control and format characters, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const HALF_CHARACTER = /\p{Surrogate}/gu;

/** A label, which anyone who may mount a disk or start a container can choose, as text of one line, at most `maxLength` UTF-16 units. */
export function plainText(label: string, maxLength = 100): string {
  const text = label.replaceAll(HALF_CHARACTER, '\uFFFD').replaceAll(UNSAFE, ' ').trim();
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(HALF_CHARACTER, '')}…`;
}
