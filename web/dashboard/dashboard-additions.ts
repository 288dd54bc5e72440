import { html, nothing } from 'lit';
import type { PanelLayout } from '../elements/metrics-panel/panel-layout.ts';
import type { PanelAdditions } from '../elements/metrics-panel/panel-additions.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import type { Arrange } from './bind-layout.ts';
import { dashboardMessages } from './dashboard-messages.ts';
import { boardPart } from './lazy-parts.ts';

/** Of the page's width, where its padding leaves no room for two columns. */
export const NARROW = '(width < 43rem)';

const NOTHING: PanelLayout = { headlines: [], details: [], sections: [] };

/** What the dashboard adds to its panel: the board, favourites first, and details of the connection. */
export function dashboardAdditions(state: DashboardState, arrange: Arrange): PanelAdditions {
  const { favourites, layouts } = state;
  const { module } = boardPart;
  const planOf = module?.boardPlanMemo();
  return {
    // On a wall, the board is all there is room for.
    first: state.view.value.isWall ? [] : favourites.value,
    titleOfFirst: ({ language }) => dashboardMessages(language).favourites,
    board: (layout, context) => {
      // Headlines alone, as long as the board is loading: sections would make room for it again.
      if (module === null || planOf === undefined)
        return { view: nothing, rest: { ...layout, details: [], sections: [] } };
      const arranged = arrange(planOf(layout, context.language), layout, context.language);
      if (arranged === null) return { view: nothing, rest: NOTHING };
      const { plan, frame } = arranged;
      if (state.view.value.isWall)
        return { view: module.boardView(plan, context, state.attention, 'wall'), rest: NOTHING };
      const place = matchMedia(NARROW).matches && !layouts.isEditing.value ? 'phone' : 'page';
      return { view: module.boardView(plan, context, state.attention, place, frame), rest: plan.rest };
    },
    tool: ({ name, label }) => html`<favourite-star
      slot="tools"
      .metric=${name}
      .label=${label}
      .favourites=${favourites}
      ?chosen=${favourites.value.includes(name)}
    ></favourite-star>`,
    momentTool: (timestampMs) => html`<moment-link .state=${state} .momentMs=${timestampMs}></moment-link>`,
    detail: () => html`<connection-details .state=${state}></connection-details>`,
  };
}
