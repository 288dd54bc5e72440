import type { PanelLayout, PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { sectionsOf } from '../../elements/metrics-panel/sections/sections-layout.ts';

const CONSTANT =
  /^(?:memory\.(?:total|swapTotal)|limit\.(?:memoryMax|cpuCores|pidsMax)|filesystem\.[^.]+\.totalBytes|container\.[^.]+\.memoryMax)$/;
/** Constant, or as good as: the bar of the page tells it. */
const TOLD_ELSEWHERE = /^system\.uptime$/;

/** Never changes, or as seldom as somebody changes the host: a fact, which needs no chart. */
export function isConstant({ series: { name } }: PlacedSeries): boolean {
  return CONSTANT.test(name);
}

/**
 * What is left to the sections: all but what cards draw, and facts.
 * @param drawn columns of the series in cards
 * @param tables names of those that the board shows itself
 */
export function restOf(
  { details, sections }: PanelLayout,
  drawn: ReadonlySet<number>,
  tables: readonly string[],
): PanelLayout {
  const others = details.filter(
    (one) => !drawn.has(one.column) && !isConstant(one) && !TOLD_ELSEWHERE.test(one.series.name),
  );
  const left = sections.flatMap((section) => section.tables).filter(({ name }) => !tables.includes(name));
  return {
    headlines: [],
    details: others,
    sections: sections.length === 0 ? [] : sectionsOf(others, left),
  };
}
