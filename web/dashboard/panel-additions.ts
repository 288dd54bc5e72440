import { html } from 'lit';
import type { PlacedSeries, Section } from '../elements/metrics-panel/outline.ts';
import type { PanelAdditions } from '../elements/metrics-panel/panel-additions.ts';

const CORE = /^cpu\.core\.[^.]+$/;
const FILESYSTEM = /^filesystem\.[^.]+\.[^.]+$/;
const LEAST_CORES = 2;

/** Views of the dashboard that are made for certain metrics; where an agent has none of those, there are only charts. */
export const dashboardAdditions: PanelAdditions = {
  glance: (section, context) => {
    const cores = membersOf(section, CORE);
    if (cores.length >= LEAST_CORES)
      return html`<core-strip .members=${cores} .context=${context}></core-strip>`;
    const filesystems = membersOf(section, FILESYSTEM);
    return filesystems.length === 0
      ? null
      : html`<filesystem-bars .members=${filesystems} .context=${context}></filesystem-bars>`;
  },
};

/** The elements behind those views; until they have come, there is room for them. */
export async function loadGlances(): Promise<void> {
  await import('./glances/glances.ts');
}

function membersOf({ instances }: Section, name: RegExp): PlacedSeries[] {
  return [...instances.values()].flat().filter(({ series }) => name.test(series.name));
}
