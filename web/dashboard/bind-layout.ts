import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { combinedPart } from '../elements/metrics-panel/parts/panel-parts.ts';
import type { PanelLayout } from '../elements/metrics-panel/panel-layout.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { isOfHost } from '../state/view.ts';
import type { BoardPlan } from './host-board/board-plan.ts';
import type { Arranged, Arranger } from './layout-editor/layout-part.ts';
import { boardPart, layoutPart } from './lazy-parts.ts';

/** Arranges a board as the reader wants it; `null` while the part that does is loading. */
export type Arrange = (plan: BoardPlan, layout: PanelLayout, language: Language) => Arranged | null;

/** Lets the board of `panel` follow the reader's views. Whoever has none loads nothing for it. */
export function bindLayout(panel: MetricsPanel, state: DashboardState): Arrange {
  const { layouts, view } = state;
  let arranger: Arranger | null = null;
  let isFollowed = false;
  // On a wall, nobody arranges it, yet it has their order.
  const isWanted = (): boolean => layouts.shown !== null || layouts.isEditing.value;
  const update = (): void => {
    if (isWanted() && !isFollowed) {
      isFollowed = true;
      for (const part of [layoutPart, boardPart, combinedPart]) part.follow(update);
    }
    const [module, board, combined] = [layoutPart.module, boardPart.module, combinedPart.module];
    if (module !== null && board !== null && combined !== null)
      arranger ??= new module.Arranger(panel, state, { ...board, ...combined });
    panel.requestUpdate();
  };
  layouts.onChange(update);
  layouts.isEditing.onChange(update);
  view.onChange((now) => {
    if (!isOfHost(now)) layouts.isEditing.set(false);
  });
  update();
  return (plan, layout, language) => {
    if (!isWanted()) return { plan, frame: null };
    return arranger?.arrange(plan, layout, language) ?? null;
  };
}
