import type { nothing, TemplateResult } from 'lit';
import type { Series } from '../../../shared/protocol/messages.ts';
import type { ChartsContext } from './charts-view.ts';
import type { PanelLayout } from './panel-layout.ts';

/** What a board needs beside the context of its charts. */
export interface BoardContext extends ChartsContext {
  /** The newest rows of a table, or those of the time under the pointer; nothing before the first. */
  readonly tableView: (name: string) => TemplateResult | typeof nothing;
}

/** What a page adds to the views of its panel. Called at every rendering, so only make templates here. */
export interface PanelAdditions {
  /** Names of metrics whose charts appear again, before all others. */
  readonly first: readonly string[];
  /** The title above them. */
  titleOfFirst(context: ChartsContext): string;
  /** Shows what it knows how to arrange in place of single charts, and leaves `rest` to headlines and sections. Not called for a search. */
  readonly board?: (
    layout: PanelLayout,
    context: BoardContext,
  ) => { readonly view: TemplateResult | typeof nothing; readonly rest: PanelLayout };
  /** Goes into the card of a chart, `slot="tools"`. */
  readonly tool: (series: Series) => TemplateResult;
  /** Goes into the sheet of a selected time (Unix ms), before the button that closes it. */
  readonly momentTool?: (timestampMs: number) => TemplateResult;
  /** Goes into the detail of the badge. */
  detail(): TemplateResult;
}
