import type { TemplateResult } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Welcome } from '../../../shared/client/welcome.ts';
import type { Series } from '../../../shared/protocol/messages.ts';
import type { ChartsContext } from './charts-view.ts';
import type { Section } from './panel-layout.ts';

/** What a page adds to the views of its panel. Called at every rendering, so it should do no more than make templates. */
export interface PanelAdditions {
  /** Names of metrics whose charts appear again, before all others. */
  readonly first: readonly string[];
  /** The title above those. */
  titleOfFirst(context: ChartsContext): string;
  /** One view for all things of a section, whose charts then fold away below it. `null`: only the charts. */
  summaryView(section: Section, context: ChartsContext): TemplateResult | null;
  /** Goes into the card of a chart, `slot="tools"`. */
  readonly tool: (series: Series) => TemplateResult;
  /** Goes into the detail of the badge. */
  detail(panel: PanelConnection): TemplateResult;
}

/** What a panel tells about its connection; it also dispatches the panel's events. */
export interface PanelConnection extends EventTarget {
  readonly status: ConnectionStatus;
  /** The agent's introduction; `null` before. */
  readonly welcome: Welcome | null;
  /** As `MetricsClient.ping`. */
  ping(answered: (roundTripMs: number) => void): void;
}
