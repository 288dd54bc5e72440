import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { browserLanguage } from '../locales/declared-language.ts';
import { AttentionFollower } from '../state/attention-follower.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { concernWords } from './host-sentence/concern-words.ts';
import './host-sentence/host-sentence.ts';
import { showChart } from './show-chart.ts';

/** Keeps what `state` says of attention true, and shows it in the sentence of the page, whose clauses lead to the charts of `panel`. */
export function followAttention(panel: MetricsPanel, state: DashboardState): void {
  const follower = new AttentionFollower(state, concernWords(state, browserLanguage));
  panel.addEventListener('gap', ({ detail }) => follower.missed(detail));
  follower.start();
  const sentence = document.querySelector('host-sentence');
  if (sentence === null) return;
  sentence.state = state;
  sentence.large = state.view.value.isWall;
  sentence.addEventListener('showchart', ({ detail }) =>
    showChart(panel, detail.metric, state.hosts.catalogue),
  );
}
