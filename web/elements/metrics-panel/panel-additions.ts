import type { TemplateResult } from 'lit';
import type { Series } from '../../../shared/protocol/messages.ts';
import type { ChartsContext } from './charts-view.ts';
import type { MetricsPanel } from './metrics-panel.ts';
import type { Section } from './panel-layout.ts';

/** What a page adds to its panel's own views; asked at every rendering, so that it only makes templates. */
export interface PanelAdditions {
  /** Names of metrics whose charts stand, once more, before all others. */
  readonly first: readonly string[];
  /** The title above those. */
  titleOfFirst(context: ChartsContext): string;
  /** All things of a section in one view: their charts stand behind a fold of their own below it. `null`: only the charts. */
  summaryView(section: Section, context: ChartsContext): TemplateResult | null;
  /** Goes into the card of a chart, `slot="tools"`. */
  tool(series: Series): TemplateResult;
  /** More of the badge's detail. */
  detail(panel: MetricsPanel): TemplateResult;
}
