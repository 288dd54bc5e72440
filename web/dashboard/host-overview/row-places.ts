import { formatCount } from '../../locales/format.ts';
import type { ListedHost } from '../../state/host-list.ts';
import { whyOf, type Words } from './host-words.ts';

/** A row of a host, or a title above some. */
export interface PlacedItem {
  /** Of the host; for a title, something that no host is called. */
  readonly key: string;
  /** `null` for a title. */
  readonly id: string | null;
  readonly title: string | null;
  /** CSS pixels below the begin of the list. */
  readonly top: number;
  readonly height: number;
}

export type RowSize = 'usual' | 'dense' | 'narrow';

const HEIGHTS: Readonly<Record<RowSize, number>> = { usual: 36, dense: 30, narrow: 60 };
/** Of a row whose reason may take two lines. */
const MORE = 10;
const TITLE_HEIGHT = 26;

/**
 * Where each row is.
 * @param isGrouped whether hosts that need attention, which come first, and the others have titles
 */
export function placeItems(
  ids: readonly string[],
  hosts: ReadonlyMap<string, ListedHost>,
  words: Words,
  size: RowSize,
  isGrouped: boolean,
): { readonly items: readonly PlacedItem[]; readonly height: number } {
  const items: PlacedItem[] = [];
  let top = 0;
  const { messages, language } = words;
  const isWell = (id: string): boolean => hosts.get(id)?.mark === 'up';
  const wellCount = ids.filter(isWell).length;
  const add = (key: string, id: string | null, title: string | null, height: number): void => {
    items.push({ key, id, title, top, height });
    top += height;
  };
  let group: boolean | null = null;
  for (const id of ids) {
    // While rows are kept from moving, one that is well no longer may stand among those that are.
    if (isGrouped && (group === null || (isWell(id) && !group))) {
      group = isWell(id);
      const count = formatCount(group ? wellCount : ids.length - wellCount, language.tag).text;
      add(`\n${items.length}`, null, group ? messages.well(count) : messages.attention(count), TITLE_HEIGHT);
    }
    const host = hosts.get(id);
    const isTall =
      size !== 'narrow' &&
      host !== undefined &&
      host.mark !== 'up' &&
      whyOf(host, words) !== messages.unknown;
    add(id, id, null, HEIGHTS[size] + (isTall ? MORE : 0));
  }
  return { items, height: top };
}
