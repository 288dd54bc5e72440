import * as v from 'valibot';
import type { Language } from '../../locales/languages.ts';
import type { BoardLayout } from '../../state/layouts.ts';
import { layoutMessages } from './layout-messages.ts';

/** A view is never so large. */
export const MOST_BYTES = 65_536;
const MOST_ITEMS = 500;
const MOST_CHARACTERS = 200;

const text = v.pipe(
  v.string('must be a text'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(MOST_CHARACTERS, `must have at most ${MOST_CHARACTERS} characters`),
);
const known = v.strictObject({ id: text }, unknownField);
const own = v.strictObject(
  {
    metrics: v.pipe(
      v.string('must be a text'),
      v.regex(/^[^+\s,*]+(?:\+[^+\s,*]+)*$/, 'must be names of metrics with “+” between them'),
      v.maxLength(1000, 'must have at most 1000 characters'),
    ),
    arrangement: v.picklist(['lines', 'stacked', 'mirrored'], 'must be “lines”, “stacked” or “mirrored”'),
    title: v.exactOptional(text),
  },
  unknownField,
);

const layoutSchema = v.strictObject(
  {
    v: v.literal(1, 'must be 1'),
    name: text,
    cards: v.pipe(
      v.array(
        v.lazy((card) => (typeof card === 'object' && card !== null && 'metrics' in card ? own : known)),
        'must be a list',
      ),
      v.maxLength(MOST_ITEMS, `must have at most ${MOST_ITEMS} entries`),
    ),
    hidden: v.pipe(
      v.array(text, 'must be a list of ids'),
      v.maxLength(MOST_ITEMS, `must have at most ${MOST_ITEMS} entries`),
    ),
  },
  unknownField,
);

/** A field that is missing, or that nobody knows: a strict object says the same of both. */
function unknownField({ expected, received }: { expected: string | null; received: string }): string {
  if (expected === 'never') return 'is not known: leave it out';
  return received === 'undefined' ? 'is missing: add it' : 'must be an object';
}

/** A view as a file of JSON. */
export function writeLayout(layout: BoardLayout): string {
  return `${JSON.stringify(layout, null, 2)}\n`;
}

/**
 * Reads what `writeLayout` wrote, strictly. Metrics that no host has are no error.
 * @throws Error that names the field and what it has to be
 */
export function readLayout(content: string, language: Language): BoardLayout {
  const messages = layoutMessages(language);
  if (new Blob([content]).size > MOST_BYTES) throw new Error(messages.tooLarge);
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw new Error(messages.badJson);
  }
  const result = v.safeParse(layoutSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(messages.badFile(`“${v.getDotPath(issue) ?? '.'}”`, issue.message));
}
