import type { TemplateResult } from 'lit';
import type { Series, Subscribed } from '../../../shared/protocol/messages.ts';
import { hueOf } from '../hue-of.ts';
import type {
  Arrangement,
  ChartNotice,
  ChartSeries,
  ChartThreshold,
  HeadValue,
  Hue,
} from '../metric-chart/chart-series.ts';
import { translateSeries } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import type { ChartsContext } from './charts-view.ts';

/** A series with a chart of its own, or, as `combined`, the several of one chart: its `series` then has their names, joined by `+`, and their title. */
export interface PlacedSeries {
  readonly series: Series;
  /** Of the series buffer; that of the first of several. */
  readonly column: number;
  readonly hue: Hue;
  readonly combined?: CombinedSeries;
  readonly thresholds?: readonly ChartThreshold[];
  /** What needs attention now. */
  readonly noticeOf?: (context: ChartsContext) => ChartNotice | null;
  /** Stands in place of a chart that cannot be drawn. */
  readonly instead?: TemplateResult;
}

export interface CombinedSeries {
  readonly series: readonly ChartSeries[];
  readonly arrangement: Arrangement;
  readonly headValue: HeadValue;
  /** The number in the head, of a value of each series; `null` if it is not known. */
  readonly headOf: (values: readonly (number | null)[]) => number | null;
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

/** The charts of series, in their order. */
export type ChartsOf = (series: readonly Series[]) => readonly PlacedSeries[];
export type SectionsOf = (details: readonly PlacedSeries[], tables: readonly Table[]) => readonly Section[];

/** Returns a `panelLayoutOf` in the reader's language that repeats its work only for other arguments. */
export function panelLayoutMemo(): (
  series: readonly Series[],
  tables: readonly Table[],
  messages: Messages,
  sectionsOf?: SectionsOf,
  chartsOf?: ChartsOf,
) => PanelLayout {
  let lastOf: readonly unknown[] = [];
  let last = panelLayoutOf([], []);
  return (...of) => {
    if (of.length !== lastOf.length || of.some((one, index) => one !== lastOf[index])) {
      const [series, tables, messages, sectionsOf, chartsOf] = of;
      last = panelLayoutOf(translateSeries(series, messages), tables, sectionsOf, chartsOf);
      lastOf = of;
    }
    return last;
  };
}

export function panelLayoutOf(
  series: readonly Series[],
  tables: readonly Table[],
  sectionsOf: SectionsOf = () => [],
  chartsOf: ChartsOf = placeSeries,
): PanelLayout {
  const placed = chartsOf(series);
  const details = placed.filter((one) => !isHeadline(one.series));
  return {
    headlines: placed.filter((one) => isHeadline(one.series)),
    details,
    sections: sectionsOf(details, tables),
  };
}

export function placeSeries(series: readonly Series[]): PlacedSeries[] {
  return series.map((one, column) => ({ series: one, column, hue: hueOf(one.name) }));
}

/** The agent marks headlines; older agents name them without a dot (docs/decisions/0008). */
export function isHeadline({ name, headline = false }: Pick<Series, 'name' | 'headline'>): boolean {
  return headline || !name.includes('.');
}

/** Older agents name no group: `memory.used` belongs to `memory`. */
export function groupOf({ group, name }: Series): string {
  return group ?? name.split('.', 1)[0] ?? name;
}
