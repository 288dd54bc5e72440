import type { Series, Subscribed } from '../../../shared/protocol/messages.ts';
import { hueOf } from '../hue-of.ts';
import type { Hue } from '../metric-chart/chart-series.ts';
import { translateSeries } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

export interface PlacedSeries {
  readonly series: Series;
  /** Of the series buffer. */
  readonly column: number;
  readonly hue: Hue;
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
    hue: hueOf(one.name),
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

/** Older agents name no group: `memory.used` belongs to `memory`. */
export function groupOf({ group, name }: Series): string {
  return group ?? name.split('.', 1)[0] ?? name;
}
