import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { OwnElement } from '../../elements/own-element.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';

/** Stub. */
@element('host-overview')
export class HostOverview extends OwnElement {
  @property({ attribute: false }) state: DashboardState | null = null;

  protected override render(): TemplateResult {
    return html`<h1>Hosts</h1>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-overview': HostOverview;
  }
}
