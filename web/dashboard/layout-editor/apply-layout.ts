import type { combinedPart } from '../../elements/metrics-panel/parts/panel-parts.ts';
import type { PanelLayout, PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import type { Series } from '../../../shared/protocol/messages.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { BoardLayout, LayoutCard } from '../../state/layouts.ts';
import type { boardPart } from '../lazy-parts.ts';
import type { BoardLists } from '../host-board/board-lists.ts';
import type { BoardItem, BoardPlan, CardPlan } from '../host-board/board-plan.ts';

const LISTS = ['filesystems', 'interfaces', 'disks', 'containers'] as const satisfies (keyof BoardLists)[];

/** Of parts that are loaded with the board. What two parts share would else be in the first chunk. */
export type BoardTools = Pick<
  NonNullable<typeof boardPart.module>,
  'boardMessages' | 'plainCard' | 'restOf'
> &
  Pick<NonNullable<typeof combinedPart.module>, 'chartsOf'>;

/** A place of a view, whether the host has something for it or not. */
export interface Place {
  readonly key: string;
  readonly title: string;
  readonly card: LayoutCard;
  /** `null`: the host does not have it. */
  readonly item: BoardItem | null;
  readonly isHidden: boolean;
}

/** A board as a view arranges it. */
export interface AppliedLayout {
  readonly plan: BoardPlan;
  /** In the order of the view. */
  readonly places: readonly Place[];
}

/** Identifies a place in its view. */
export function keyOf(card: LayoutCard): string {
  return 'id' in card ? card.id : `own:${card.metrics}`;
}

/**
 * Arranges a board. What the view does not name follows at its end.
 * @param layout `null`: as it is
 */
export function applyLayout(
  plan: BoardPlan,
  layout: BoardLayout | null,
  panelLayout: PanelLayout,
  language: Language,
  tools: BoardTools,
): AppliedLayout {
  const series = seriesOf(panelLayout);
  const known = new Map(itemsOf(plan, panelLayout, language, tools).map((item) => [item.key, item]));
  const hidden = new Set(layout?.hidden);
  const named = layout?.cards ?? [];
  const namedKeys = new Set(named.map(keyOf));
  const others = [...known.keys()].filter((id) => !namedKeys.has(id)).map((id): LayoutCard => ({ id }));
  const cards = [...new Map([...named, ...others].map((card) => [keyOf(card), card])).values()];
  const places = cards.map((card): Place => {
    const key = keyOf(card);
    const item = 'id' in card ? (known.get(card.id) ?? null) : ownItem(card, series, language, tools);
    const title = item?.title ?? ('id' in card ? card.id : (card.title ?? card.metrics));
    return { key, title, card, item, isHidden: hidden.has(key) };
  });
  const shown = places.flatMap(({ item, isHidden }) => (item === null || isHidden ? [] : item));
  return { places, plan: { ...planOf(plan, shown, panelLayout, tools), runs: runsOf(shown) } };
}

/** All that a board shows, in its own order. */
function itemsOf(
  plan: BoardPlan,
  { sections }: PanelLayout,
  language: Language,
  { boardMessages }: BoardTools,
): readonly BoardItem[] {
  const { lists } = boardMessages(language);
  const tables = sections.flatMap((section) => section.tables);
  const titleOf = (table: string): string =>
    translate(tables.find(({ name }) => name === table)?.label ?? table, language.messages);
  return [
    ...plan.cards.map((card) => ({ key: card.id, title: card.title, card })),
    ...LISTS.filter((list) => plan.lists[list].length > 0).map((list) => ({
      key: list,
      title: lists[list].title,
      list,
    })),
    ...plan.tables.map((table) => ({ key: table, title: titleOf(table), table })),
  ];
}

/** In the order of their columns, translated. */
function seriesOf({ headlines, details }: PanelLayout): readonly Series[] {
  return [...headlines, ...details]
    .toSorted((one, other) => one.column - other.column)
    .map(({ series }) => series);
}

function ownItem(
  { metrics, arrangement, title }: Exclude<LayoutCard, { id: string }>,
  series: readonly Series[],
  language: Language,
  { chartsOf, plainCard }: BoardTools,
): BoardItem | null {
  const wishes = {
    charts: [series.some(({ name }) => name === metrics) ? [metrics] : metrics.split('+')],
    isStacked: arrangement === 'stacked',
    isMirrored: arrangement === 'mirrored',
    thresholds: null,
  };
  const [placed] = chartsOf(series, wishes, language);
  if (placed === undefined || placed.instead !== undefined) return null;
  const key = `own:${metrics}`;
  const card = { ...cardOf(placed, plainCard(placed)), id: key };
  return { key, title: title ?? card.title, card: title === undefined ? card : { ...card, title } };
}

function cardOf(placed: PlacedSeries, card: CardPlan): CardPlan {
  if (placed.combined === undefined) return card;
  const { series, arrangement, headValue } = placed.combined;
  const names = new Set(series.map(({ name }) => name));
  return {
    ...card,
    // Its title may be that of a card of the board.
    captions: [[...names].join(' + ')],
    series,
    arrangement,
    headValue,
    concerns: (metric) => names.has(metric),
  };
}

function planOf(
  plan: BoardPlan,
  shown: readonly BoardItem[],
  panelLayout: PanelLayout,
  { restOf }: BoardTools,
): BoardPlan {
  const cards = shown.flatMap(({ card }) => card ?? []);
  const keys = new Set(shown.map(({ key }) => key));
  const listOf = <List extends keyof BoardLists>(list: List): BoardLists[List] | [] =>
    keys.has(list) ? plan.lists[list] : [];
  const drawn = new Set(
    cards
      // A chart of one's own may show what one looks for in a group, too.
      .filter(({ id }) => !id.startsWith('own:'))
      .flatMap(({ head, series }) => [head.column, ...(series?.map(({ column }) => column) ?? [])]),
  );
  const tables = plan.tables.filter((table) => keys.has(table));
  return {
    ...plan,
    cards,
    lists: {
      filesystems: listOf('filesystems'),
      interfaces: listOf('interfaces'),
      disks: listOf('disks'),
      containers: listOf('containers'),
    },
    tables,
    rest: restOf(
      { ...panelLayout, details: [...panelLayout.headlines, ...panelLayout.details] },
      drawn,
      tables,
    ),
  };
}

/** Cards and lists share a grid; what takes the full width ends it. */
function runsOf(items: readonly BoardItem[]): readonly (readonly BoardItem[])[] {
  const runs: BoardItem[][] = [];
  let isGrid = false;
  for (const item of items) {
    const isWide = item.table !== undefined || item.list === 'containers';
    const run = runs.at(-1);
    if (run !== undefined && isGrid && !isWide) run.push(item);
    else runs.push([item]);
    isGrid = !isWide;
  }
  return runs;
}

/** Returns an `applyLayout` that repeats its work only for other arguments. */
export function applyLayoutMemo(): typeof applyLayout {
  let last: AppliedLayout | undefined;
  let lastOf: readonly unknown[] = [];
  return (...of) => {
    const [plan, layout, panelLayout, language, tools] = of;
    const key = [plan, layout, panelLayout, language.messages];
    if (last === undefined || key.some((one, index) => one !== lastOf[index])) {
      last = applyLayout(plan, layout, panelLayout, language, tools);
      lastOf = key;
    }
    return last;
  };
}
