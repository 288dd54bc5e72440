import { html, nothing, type TemplateResult } from 'lit';
import { keyedList } from '../../elements/keyed-list.ts';
import {
  newestOf,
  newestReading,
  newestValue,
  type ChartsContext,
} from '../../elements/metrics-panel/charts-view.ts';
import type { BoardContext } from '../../elements/metrics-panel/panel-additions.ts';
import type { Attention, Concern } from '../../state/attention.ts';
import type { BoardItem, BoardPlan, CardPlan, PlannedThreshold } from './board-plan.ts';
import './card-strip.ts';
import './host-board.ts';
import { shownSeries } from './shown-series.ts';
import { MOST_ON_WALL, wallGridOf } from './wall-grid.ts';

/** Where a board is: on a phone, cards are rows, and those in trouble come first and are whole; on a wall, everything is on one screen. */
export type BoardPlace = 'page' | 'phone' | 'wall';

/** Puts something around an item, such as the handles of an editor. */
export type ItemFrame = (item: BoardItem, content: unknown) => unknown;

/** The board of a host. Its cards are in the panel's own tree, so that the panel finds its charts. */
export function boardView(
  plan: BoardPlan,
  context: BoardContext,
  attention: Attention,
  place: BoardPlace,
  frame: ItemFrame | null = null,
): TemplateResult {
  if (place === 'wall') return wallView(plan, context, attention);
  const isNarrow = place === 'phone';
  const concerns = new Map(plan.cards.map((card) => [card, concernOf(card, attention)]));
  const hasRuns = plan.runs !== undefined && !isNarrow;
  const troubled = isNarrow ? plan.cards.filter((card) => concerns.get(card) !== undefined) : [];
  return html`
    <host-board
      ?narrow=${isNarrow}
      .plan=${plan}
      .context=${context}
      .attention=${attention}
      .troubled=${troubled.length}
      .frame=${frame}
    >
      ${plan.tables.map((name) => html`<div slot=${hasRuns ? `item-${name}` : 'tables'} class="table">${context.tableView(name)}</div>`)}
      ${keyedList(
        plan.cards,
        ({ id }) => id,
        (card) =>
          cardView(card, concerns.get(card), context, attention, {
            isRow: isNarrow && !troubled.includes(card),
            slot: hasRuns ? `item-${card.id}` : troubled.includes(card) ? 'trouble' : null,
            hasStrip: true,
          }),
      )}
    </host-board>
  `;
}

function wallView(plan: BoardPlan, context: BoardContext, attention: Attention): TemplateResult {
  const others = Number(plan.lists.filesystems.length > 0) + plan.tables.length;
  const cards = plan.cards.slice(0, MOST_ON_WALL - others);
  const { rows, tracks, spans } = wallGridOf(
    cards.length + others,
    matchMedia('(orientation: portrait)').matches,
  );
  const spanOf = (index: number): string => `grid-column: span ${spans[index]}`;
  return html`
    <host-board
      wall
      .plan=${plan}
      .context=${context}
      .attention=${attention}
      .style=${`--_rows: ${rows}; --_tracks: ${tracks}; --_list: span ${spans[cards.length]}`}
    >
      ${keyedList(
        cards,
        ({ id }) => id,
        (card) =>
          cardView(card, concernOf(card, attention), context, attention, {
            isRow: false,
            slot: null,
            hasStrip: false,
            style: spanOf(cards.indexOf(card)),
          }),
      )}
      ${plan.tables.map(
        (name, index) =>
          html`<div slot="tables" class="table" .style=${spanOf(cards.length + others - plan.tables.length + index)}>${context.tableView(name)}</div>`,
      )}
    </host-board>
  `;
}

/** The worst that a card shows. */
function concernOf(card: CardPlan, { value }: Attention): Concern | undefined {
  return value?.find(({ metric, isMuted }) => !isMuted && metric !== null && card.concerns(metric));
}

interface CardPlace {
  readonly isRow: boolean;
  /** `trouble`: above all others. */
  readonly slot: string | null;
  readonly hasStrip: boolean;
  readonly style?: string;
}

function cardView(
  card: CardPlan,
  concern: Concern | undefined,
  context: ChartsContext,
  attention: Attention,
  { isRow, slot, hasStrip, style = '' }: CardPlace,
): TemplateResult {
  const { head } = card;
  const { name } = head.series;
  // Until the part that draws is loaded.
  if (context.crosshair === null)
    return html`<p class="plain" part="chart" data-metric=${name}>
      <span part="label">${card.title}</span> <b part="value">${context.isStale ? '–' : newestReading(head, context)}</b>
    </p>`;
  const { buffer, isStale } = context;
  const { announcement, samples, gaps } = buffer;
  const top = card.top === undefined ? undefined : (newestValue(card.top, context) ?? undefined);
  // Alerts are of one series each: those of the one that is in trouble, if the card draws it. On another axis they would mean something else.
  const series = shownSeries(card, (one) => newestOf(one, context));
  const alarming = series?.find((one) => one.name === concern?.metric);
  const alerted = announcement.series[alarming?.column ?? -1] ?? head.series;
  const isOnAxis = alerted.unit === card.unit;
  // What needs attention does so now, and not at the time of the picture.
  const isPaused = context.isFrozen && context.span === null;
  return html`
    <metric-chart
      slot=${slot ?? nothing}
      data-metric=${name}
      data-card=${card.id}
      .style=${style}
      data-hue=${card.hue}
      exportparts="figure: chart, label, value, plot, tools"
      ?row=${isRow}
      ?fill=${!isRow}
      .label=${card.title}
      .unit=${card.unit}
      .headUnit=${card.headUnit ?? null}
      .headValue=${card.headValue}
      .caption=${captionOf(card, context)}
      .notice=${concern === undefined || isPaused ? null : { level: concern.level, text: concern.caption }}
      .min=${card.min}
      .max=${top ?? card.max}
      .points=${samples.capacity}
      .intervalMs=${announcement.intervalMs}
      .samples=${samples}
      .column=${head.column}
      .series=${series}
      .arrangement=${card.arrangement}
      .thresholds=${thresholdsOf(card, top, attention)}
      .spread=${buffer.spread}
      .current=${card.headValue === 'column' && head.combined === undefined ? context.current?.(name) : undefined}
      .currents=${currentsOf(series, context)}
      .revision=${context.revision}
      .gaps=${gaps}
      .alerts=${isOnAxis ? (context.alertsOf?.(alerted) ?? null) : null}
      .stale=${isStale}
      .selectable=${context.isSelectable}
      .selectedMs=${context.selectedMs}
      .crosshair=${context.crosshair}
      .frozen=${context.isFrozen}
      .span=${context.span}
      >${context.toolOf?.(head.series)}${
        card.strip === null || isRow || !hasStrip
          ? nothing
          : html`<card-strip slot="strip" ?stale=${isStale} .plan=${card.strip} .context=${context}></card-strip>`
      }</metric-chart
    >
  `;
}

/** Present values of the series, where the charts show the past until now. */
function currentsOf(
  series: CardPlan['series'],
  { current }: ChartsContext,
): readonly (number | null)[] | undefined {
  return current === undefined ? undefined : series?.map(({ name }) => current(name));
}

function captionOf({ captions }: CardPlan, context: ChartsContext): string {
  return captions
    .flatMap((caption) => {
      if (typeof caption === 'string') return caption;
      const isKnown = newestValue(caption.of, context) !== null;
      return isKnown ? caption.text(newestReading(caption.of, context)) : [];
    })
    .join(' · ');
}

/** Without the limits of what nothing is the matter with. */
function thresholdsOf(
  { thresholds }: CardPlan,
  top: number | undefined,
  attention: Attention,
): CardPlan['thresholds'] {
  const isShown = ({ metric, level }: PlannedThreshold): boolean =>
    metric === undefined || attention.of(metric)?.level === level;
  return thresholds.flatMap((one) => {
    if (!isShown(one)) return [];
    if (one.isOfTop !== true) return one;
    return top === undefined ? [] : { ...one, value: one.value * top };
  });
}
