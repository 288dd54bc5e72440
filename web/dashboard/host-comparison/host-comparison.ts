import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { OwnElement } from '../../elements/own-element.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';

@element('host-comparison')
export class HostComparison extends OwnElement {
  @property({ attribute: false }) state: DashboardState | null = null;

  protected override render(): TemplateResult {
    return html``;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-comparison': HostComparison;
  }
}
