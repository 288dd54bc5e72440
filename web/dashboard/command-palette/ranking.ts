/** What a search finds: all of these have every word of it. */
export interface Findable {
  /** In lower case; what it is called comes first. */
  readonly words: string;
}

/** How well a word fits, best first: it begins the title, it begins a word, it is somewhere. */
const AT_BEGIN = 0;
const AT_WORD = 1;
const ANYWHERE = 3;
const WORD_BEGINS = /[^\p{L}\p{N}]/u;

/** Lower case, and words split as people type them: `cpu.core.0` is also `cpu core 0`. */
export function wordsOf(...texts: readonly (string | undefined)[]): string {
  const text = texts.filter(Boolean).join(' ').toLowerCase();
  const split = text.replaceAll(/[._:/-]+/g, ' ');
  return split === text ? text : `${text} ${split}`;
}

/**
 * The best of `all` for a search, the best first, equally good ones in their order.
 * @param query words, of which each has to occur; none: nothing is found
 */
export function search<Item extends Findable>(
  all: readonly Item[],
  query: string,
  limit: number,
): { readonly item: Item; readonly score: number }[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: { item: Item; score: number; index: number }[] = [];
  for (const [index, item] of all.entries()) {
    const score = scoreOf(item.words, words);
    if (score !== null) found.push({ item, score, index });
  }
  return found.toSorted((one, other) => one.score - other.score || one.index - other.index).slice(0, limit);
}

function scoreOf(text: string, words: readonly string[]): number | null {
  let score = 0;
  for (const word of words) {
    const index = text.indexOf(word);
    if (index < 0) return null;
    score += index === 0 ? AT_BEGIN : beginsWord(text, word, index) ? AT_WORD : ANYWHERE;
  }
  return score;
}

function beginsWord(text: string, word: string, first: number): boolean {
  for (let index = first; index >= 0; index = text.indexOf(word, index + 1))
    if (WORD_BEGINS.test(text.charAt(index - 1))) return true;
  return false;
}
