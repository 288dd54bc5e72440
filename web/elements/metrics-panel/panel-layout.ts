import type { Series, Subscribed } from '../../../shared/protocol/messages.ts';
import { translateSeries } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

const SERIES_COLORS = 4;
/** Chosen so that neighbouring subjects of the agent get different colours. */
const COLOR_FACTOR = 2014;
const COLOR_SHIFT = 9;

export interface PlacedSeries {
  readonly series: Series;
  /** Of the series buffer. */
  readonly column: number;
  /** 1 to 4, the same for all series of a group and in every panel. */
  readonly color: number;
}

export type Table = Subscribed['tables'][number];

/** The charts and tables of one subject. */
export interface Section {
  readonly title: string;
  /** Series of the subject as a whole. */
  readonly whole: readonly PlacedSeries[];
  /** Series of each of its things, by the thing's name. */
  readonly instances: ReadonlyMap<string, readonly PlacedSeries[]>;
  readonly tables: readonly Table[];
  readonly chartCount: number;
  /** A few series to show while the section is folded. */
  readonly digest: readonly PlacedSeries[];
}

/** How a panel arranges its charts. */
export interface PanelLayout {
  readonly headlines: readonly PlacedSeries[];
  readonly details: readonly PlacedSeries[];
  /** `details` by subject; empty without `SectionsOf`. */
  readonly sections: readonly Section[];
}

export type SectionsOf = (details: readonly PlacedSeries[], tables: readonly Table[]) => readonly Section[];

/** Returns a `panelLayoutOf` in the reader's language that repeats its work only for other arguments. */
export function panelLayoutMemo(): (
  series: readonly Series[],
  tables: readonly Table[],
  messages: Messages,
  sectionsOf?: SectionsOf,
) => PanelLayout {
  let lastOf: readonly unknown[] = [];
  let last = panelLayoutOf([], []);
  return (...of) => {
    if (of.length !== lastOf.length || of.some((one, index) => one !== lastOf[index])) {
      const [series, tables, messages, sectionsOf] = of;
      last = panelLayoutOf(translateSeries(series, messages), tables, sectionsOf);
      lastOf = of;
    }
    return last;
  };
}

export function panelLayoutOf(
  series: readonly Series[],
  tables: readonly Table[],
  sectionsOf: SectionsOf = () => [],
): PanelLayout {
  const placed = series.map((one, column) => ({
    series: one,
    column,
    color: colorOf(groupOf(one)),
  }));
  const details = placed.filter((one) => !isHeadline(one.series));
  return {
    headlines: placed.filter((one) => isHeadline(one.series)),
    details,
    sections: sectionsOf(details, tables),
  };
}

/** The agent marks headlines; older agents name them without a dot (docs/decisions/0008). */
export function isHeadline({ name, headline = false }: Pick<Series, 'name' | 'headline'>): boolean {
  return headline || !name.includes('.');
}

/** Depends on the name alone, so that a group has the same colour in every panel. */
function colorOf(group: string): number {
  let hash = 0;
  for (const character of group.toLowerCase())
    hash = (Math.imul(hash, COLOR_FACTOR) + (character.codePointAt(0) ?? 0)) >>> 0;
  return ((hash >>> COLOR_SHIFT) % SERIES_COLORS) + 1;
}

/** Older agents name no group: `memory.used` belongs to `memory`. */
export function groupOf({ group, name }: Series): string {
  return group ?? name.split('.', 1)[0] ?? name;
}
