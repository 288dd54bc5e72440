import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { toolButtonStyles } from '../../elements/tool-button.styles.ts';
import type { Favourites } from '../../state/preferences.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

const STAR = svg`<path d="m8 1.8 1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z" />`;

/** A toggle that makes a metric a favourite. */
@element('favourite-star')
export class FavouriteStar extends OwnElement {
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    tokens,
    toolButtonStyles,
    css`
      :host {
        display: inline-flex;
      }
      [aria-pressed='true'] svg {
        fill: currentcolor;
      }
    `,
  ];

  @property() metric = '';
  @property() label = '';
  @property({ attribute: false }) favourites: Favourites | null = null;
  @property({ type: Boolean, reflect: true }) chosen = false;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult | typeof nothing {
    if (this.favourites === null) return nothing;
    const title = dashboardMessages(this.#language).favourite(this.label);
    return html`
      <button type="button" title=${title} aria-label=${title} aria-pressed=${this.chosen} @click=${this.#toggle}>
        ${icon(STAR)}
      </button>
    `;
  }

  /** Removing a favourite also removes its chart at the top: the focus moves to the metric's other chart. */
  readonly #toggle = async (): Promise<void> => {
    const root = this.getRootNode();
    this.favourites?.toggle(this.metric);
    if (!(root instanceof ShadowRoot) || !(root.host instanceof LitElement)) return;
    await root.host.updateComplete;
    if (this.isConnected) return;
    const other = [...root.querySelectorAll('favourite-star')].find(({ metric }) => metric === this.metric);
    (other ?? root.querySelector('metric-chart'))?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'favourite-star': FavouriteStar;
  }
}
