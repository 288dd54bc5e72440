import type { Language } from '../../locales/languages.ts';
import type {
  Arrangement,
  ChartSeries,
  ChartThreshold,
  HeadValue,
  Hue,
} from '../../elements/metric-chart/chart-series.ts';
import type { PanelLayout, PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { boardMessages, type BoardMessages } from './board-messages.ts';
import { knownCards, plainCard } from './board-cards.ts';
import { boardLists, type BoardLists } from './board-lists.ts';
import { isConstant, restOf } from './board-rest.ts';
import { SeriesIndex } from './series-index.ts';
import type { StripPlan } from './board-strips.ts';

/** Something that is so, beside a title: read from the newest sample, and left out while it is not known. */
export interface Fact {
  readonly of: PlacedSeries;
  readonly text: (reading: string) => string;
}

/** One with a `metric` is drawn only while that needs attention at its level: it is no limit of the other series. */
export interface PlannedThreshold extends ChartThreshold {
  readonly metric?: string;
  /** `value` is a part of the card's `top`. */
  readonly isOfTop?: boolean;
}

/** One card of the board: a chart of several series. */
export interface CardPlan {
  /** Names it in layouts, links and tests: `cpu`, `memory`, `pressure`, `network`, `disk`, `load`; of other headlines, the metric. */
  readonly id: string;
  readonly title: string;
  /** Facts, such as `8 cores`; a notice takes their place. */
  readonly captions: readonly (string | Fact)[];
  /** Of the number in the head, or the first of those that it sums up. */
  readonly head: PlacedSeries;
  readonly hue: Hue;
  readonly unit: string;
  /** Of the number in the head, where it is not `unit`. */
  readonly headUnit?: string;
  readonly headValue: HeadValue;
  readonly arrangement: Arrangement;
  /** `null`: the one of `head`. */
  readonly series: readonly ChartSeries[] | null;
  /** Further series that are 0 on most hosts: each is shown from the first time on that it is not. */
  readonly rare?: readonly ChartSeries[];
  readonly thresholds: readonly PlannedThreshold[];
  readonly min?: number;
  readonly max?: number;
  /** The top of the value axis, where that is a value of its own: all memory. */
  readonly top?: PlacedSeries;
  readonly strip: StripPlan | null;
  /** Whether the card shows what is the matter with a metric. */
  readonly concerns: (metric: string) => boolean;
}

/** What has a place of its own on the board: one of the three. */
export interface BoardItem {
  /** The id of the card, or the name of the list or table. */
  readonly key: string;
  readonly title: string;
  readonly card?: CardPlan;
  readonly list?: keyof BoardLists;
  readonly table?: string;
}

/** What the board shows of a host, and what it leaves to sections. */
export interface BoardPlan {
  readonly cards: readonly CardPlan[];
  readonly lists: BoardLists;
  /** Values that never change and that no card tells, such as the limit of processes. */
  readonly facts: readonly PlacedSeries[];
  /** Names of tables that the board shows at full width. */
  readonly tables: readonly string[];
  readonly rest: PanelLayout;
  /** In an order of the reader's own: items that share a grid, or one that takes the full width. Absent: cards, then lists, then tables. */
  readonly runs?: readonly (readonly BoardItem[])[];
}

const TABLES = ['processes'];
/** Of a host with nothing that the board knows. */
const MAX_PLAIN = 12;

/** Arranges the series of a host; what it does not have leaves no hole. */
export function boardPlanOf(layout: PanelLayout, messages: BoardMessages): BoardPlan {
  const index = new SeriesIndex([...layout.headlines, ...layout.details]);
  const known = knownCards(index, messages);
  const lists = boardLists(index);
  const drawn = new Set(known.flatMap(({ head, series }) => [head.column, ...columnsOf(series)]));
  const others = layout.headlines.filter(({ column }) => !drawn.has(column));
  const isBare = known.length + others.length + Object.values(lists).flat().length === 0;
  const plain = [...others, ...(isBare ? layout.details.slice(0, MAX_PLAIN) : [])].map(plainCard);
  for (const { head } of plain) drawn.add(head.column);
  const told = new Set(
    known.flatMap(({ captions, top, strip }) => [
      top?.column,
      ...factColumns(captions),
      ...(strip?.facts.map(({ column }) => column) ?? []),
    ]),
  );
  return {
    cards: [...known, ...plain],
    lists,
    facts: layout.details.filter(
      (one) => isConstant(one) && one.series.instance === undefined && !told.has(one.column),
    ),
    tables: layout.sections
      .flatMap(({ tables }) => tables.map(({ name }) => name))
      .filter((name) => TABLES.includes(name)),
    rest: restOf(layout, drawn, TABLES),
  };
}

/** Returns a `boardPlanOf` in the reader's language that repeats its work only for other arguments. */
export function boardPlanMemo(): (layout: PanelLayout, language: Language) => BoardPlan {
  let last: BoardPlan | undefined;
  let lastOf: readonly unknown[] = [];
  return (layout, language) => {
    const of = [layout, language.messages];
    if (last === undefined || of.some((one, index) => one !== lastOf[index])) {
      last = boardPlanOf(layout, boardMessages(language));
      lastOf = of;
    }
    return last;
  };
}

function columnsOf(series: readonly ChartSeries[] | null): readonly number[] {
  return series?.map(({ column }) => column) ?? [];
}

function factColumns(captions: CardPlan['captions']): readonly number[] {
  return captions.flatMap((caption) => (typeof caption === 'string' ? [] : caption.of.column));
}
