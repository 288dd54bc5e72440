import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { OwnElement } from '../../elements/own-element.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';

/**
 * What needs attention on the shown host, in one sentence; each clause leads to its chart.
 *
 * @fires {CustomEvent<{ metric: string }>} showchart - The reader wants to see a metric's chart
 */
@element('host-sentence')
export class HostSentence extends OwnElement {
  @property({ attribute: false }) state: DashboardState | null = null;
  /** One line without links, for a bar. */
  @property({ type: Boolean, reflect: true }) short = false;

  protected override render(): TemplateResult {
    return html``;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-sentence': HostSentence;
  }
  interface HTMLElementEventMap {
    showchart: CustomEvent<{ readonly metric: string }>;
  }
}
