import type { Series, Subscribed } from '../../../shared/protocol/messages.ts';
import { translateSeries } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

const SERIES_COLORS = 4;
/** With it, of the agent's subjects those that stand beside each other have different colours. */
const COLOR_FACTOR = 2014;
const COLOR_SHIFT = 9;

/** A series, where its values stand, and the number of its colour, 1 to 4; those of a group have the same, whatever stands beside them. */
export interface PlacedSeries {
  readonly series: Series;
  readonly column: number;
  readonly color: number;
}

export type Table = Subscribed['tables'][number];

/** What is about one subject. */
export interface Section {
  readonly title: string;
  /** Of the subject as a whole. */
  readonly whole: readonly PlacedSeries[];
  /** Of each of its things, by the name that people know. */
  readonly instances: ReadonlyMap<string, readonly PlacedSeries[]>;
  readonly tables: readonly Table[];
  readonly chartCount: number;
  /** A few that stand for all. */
  readonly digest: readonly PlacedSeries[];
}

/** How a panel arranges its charts. */
export interface PanelLayout {
  /** Those that people look at first. */
  readonly headlines: readonly PlacedSeries[];
  /** The others, one after the other. */
  readonly details: readonly PlacedSeries[];
  /** The same by subject, in the order in which the subjects come; none before somebody wants them. */
  readonly sections: readonly Section[];
}

/** How sections are made; it comes with what shows them. */
export type SectionsOf = (details: readonly PlacedSeries[], tables: readonly Table[]) => readonly Section[];

/** Arranges anew only when the series, the tables, the /* for them or the way to arrange them are others. */
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

/** The agent says so, or the name, which has no dot then (docs/decisions/0008). */
export function isHeadline({ name, headline = false }: Pick<Series, 'name' | 'headline'>): boolean {
  return headline || !name.includes('.');
}

/** By the name alone: by the place it would be another in each panel. */
function colorOf(group: string): number {
  let hash = 0;
  for (const character of group.toLowerCase())
    hash = (Math.imul(hash, COLOR_FACTOR) + (character.codePointAt(0) ?? 0)) >>> 0;
  return ((hash >>> COLOR_SHIFT) % SERIES_COLORS) + 1;
}

/** An older agent tells no group: `memory.used` is about `memory`. */
export function groupOf({ group, name }: Series): string {
  return group ?? name.split('.', 1)[0] ?? name;
}
