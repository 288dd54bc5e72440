import type { ChartSeries } from '../../elements/metric-chart/chart-series.ts';
import type { CardPlan } from './board-plan.ts';

/** In the unit of the card, percent: what is less is not seen. */
const LEAST = 1;

const shownBefore = new WeakMap<CardPlan, readonly ChartSeries[]>();

/**
 * The series of a card with the rare ones that have ever mattered: they stay, since a legend that comes and goes would move all below it. The same array as before
 * if nothing was added.
 * @param valueOf the newest value of a series
 */
export function shownSeries(
  card: CardPlan,
  valueOf: (series: ChartSeries) => number | null,
): readonly ChartSeries[] | null {
  const { series, rare = [] } = card;
  if (series === null || rare.length === 0) return series;
  const shown = shownBefore.get(card) ?? series;
  const added = rare.filter((one) => !shown.includes(one) && (valueOf(one) ?? 0) >= LEAST);
  if (added.length === 0) return shown;
  const all = [...shown, ...added];
  shownBefore.set(card, all);
  return all;
}
