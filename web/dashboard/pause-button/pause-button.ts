import { html, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatCount } from '../../locales/format.ts';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { styles } from './pause-button.styles.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

const PAUSE = icon(svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`);
const GO_ON = icon(svg`<path d="M5 3.2v9.6l7.5-4.8z" fill="currentcolor" />`);

/** Shows and toggles the pause; while paused, also a badge above the page that counts the newer samples. */
@element('pause-button')
export class PauseButton extends OwnElement {
  static override styles = [tokens, styles];
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };

  @property({ type: Boolean, reflect: true }) paused = false;
  /** Samples since the pause began. */
  @property({ type: Number }) newer = 0;

  readonly #language = new LanguageController(this);
  #wasPaused = false;

  protected override willUpdate(): void {
    this.#wasPaused ||= this.paused;
  }

  protected override render(): TemplateResult {
    const messages = dashboardMessages(this.#language);
    const { text: newer } = formatCount(this.newer, this.#language.tag);
    return html`
      <button
        type="button"
        title=${this.paused ? messages.goOn : messages.pause}
        aria-label=${this.paused ? messages.goOn : messages.pause}
        aria-keyshortcuts="Space"
      >
        ${this.paused ? GO_ON : PAUSE}
      </button>
      ${
        this.paused
          ? html`<button type="button" class="behind" title=${messages.goOn} @click=${this.#leaveBehind}>
              ${GO_ON}<span>${messages.pausedBehind(newer)}</span>
              <span class="said">. ${messages.goOn}</span>
            </button>`
          : nothing
      }
      <span class="said" role="status">${this.paused ? messages.paused : this.#wasPaused ? messages.liveAgain : ''}</span>
    `;
  }

  /** The badge disappears with the pause: move the focus to the button that stays. */
  readonly #leaveBehind = (): void => {
    this.renderRoot.querySelector('button')?.focus({ preventScroll: true });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'pause-button': PauseButton;
  }
}
