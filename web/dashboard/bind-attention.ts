import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { deferredParts } from './lazy-parts.ts';
import { whenLoaded } from '../browser/when-loaded.ts';

/** Follows what needs attention on the host of `panel`, and says it in the page's sentence, once the part that does is loaded. */
export function bindAttention(panel: MetricsPanel, state: DashboardState): void {
  whenLoaded(deferredParts, ({ followAttention }) => followAttention(panel, state));
}
