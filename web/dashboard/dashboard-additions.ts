import { html } from 'lit';
import type { PlacedSeries, Section } from '../elements/metrics-panel/panel-layout.ts';
import type { PanelAdditions } from '../elements/metrics-panel/panel-additions.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { dashboardMessages } from './dashboard-messages.ts';

const CORE = /^cpu\.core\.[^.]+$/;
const FILESYSTEM = /^filesystem\.[^.]+\.[^.]+$/;
const MIN_CORES = 2;

/** What the dashboard adds to its panel: favourites first, summary views of cores and filesystems, and details of the connection. */
export function dashboardAdditions(state: DashboardState): PanelAdditions {
  const { favourites } = state;
  return {
    first: favourites.value,
    titleOfFirst: ({ language }) => dashboardMessages(language).favourites,
    summaryView: (section, context) => {
      const cores = membersOf(section, CORE);
      if (cores.length >= MIN_CORES)
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
      ?chosen=${favourites.value.includes(name)}
    ></favourite-star>`,
    momentTool: (timestampMs) => html`<moment-link .state=${state} .momentMs=${timestampMs}></moment-link>`,
    detail: () => html`<connection-details .state=${state}></connection-details>`,
  };
}

function membersOf({ instances }: Section, name: RegExp): PlacedSeries[] {
  return [...instances.values()].flat().filter(({ series }) => name.test(series.name));
}
