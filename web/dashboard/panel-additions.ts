import { html } from 'lit';
import type { PlacedSeries, Section } from '../elements/metrics-panel/panel-layout.ts';
import type { PanelAdditions } from '../elements/metrics-panel/panel-additions.ts';
import { dashboardMessages } from './dashboard-messages.ts';
import type { Favourites } from './favourites/favourites.ts';

const CORE = /^cpu\.core\.[^.]+$/;
const FILESYSTEM = /^filesystem\.[^.]+\.[^.]+$/;
const LEAST_CORES = 2;

/**
 * What the dashboard adds to its panel: favourites, and views that are made for certain metrics; where an agent has none of those,
 * there are only charts.
 */
export function dashboardAdditions(favourites: Favourites): PanelAdditions {
  return {
    get first() {
      return favourites.names;
    },
    titleOfFirst: ({ language }) => dashboardMessages(language).favourites,
    summaryView: (section, context) => {
      const cores = membersOf(section, CORE);
      if (cores.length >= LEAST_CORES)
        return html`<core-strip ?stale=${context.isStale} .members=${cores} .context=${context}></core-strip>`;
      const filesystems = membersOf(section, FILESYSTEM);
      return filesystems.length === 0
        ? null
        : html`<filesystem-bars ?stale=${context.isStale} .members=${filesystems} .context=${context}></filesystem-bars>`;
    },
    tool: ({ name, label }) => html`<favourite-star
      slot="tools"
      .metric=${name}
      .label=${label}
      .favourites=${favourites}
      ?chosen=${favourites.names.includes(name)}
    ></favourite-star>`,
    detail: (panel) => html`<connection-details .panel=${panel}></connection-details>`,
  };
}

/** The elements behind those, and what else the charts need; until they have come, there is room for them. */
export const loadAddedElements = () => import('./added-elements.ts');

function membersOf({ instances }: Section, name: RegExp): PlacedSeries[] {
  return [...instances.values()].flat().filter(({ series }) => name.test(series.name));
}
