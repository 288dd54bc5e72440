import { html, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatCount } from '../../locales/format.ts';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { styles } from './pause-button.styles.ts';
import { toolStyles } from '../tool.styles.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

const PAUSE = icon(svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`);
const GO_ON = icon(svg`<path d="M5 3.2v9.6l7.5-4.8z" fill="currentcolor" />`);

/**
 * Shows and toggles the pause; while paused, also a badge above the page that counts the newer samples. In the past both lead back to the present.
 */
@element('pause-button')
export class PauseButton extends OwnElement {
  static override styles = [tokens, toolStyles, styles];
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };

  @property({ type: Boolean, reflect: true }) paused = false;
  /** The reader is marking a range, whose times are shown in place of the badge. */
  @property({ type: Boolean, reflect: true }) marking = false;
  /** Samples since the pause began. */
  @property({ type: Number }) newer = 0;
  /** The range of the past that is shown; `null` in the present. */
  @property({ reflect: true }) past: string | null = null;

  readonly #language = new LanguageController(this);
  #wasPaused = false;

  protected override willUpdate(): void {
    this.#wasPaused ||= this.#isAway;
  }

  protected override render(): TemplateResult {
    const messages = dashboardMessages(this.#language);
    const { text: newer } = formatCount(this.newer, this.#language.tag);
    const goOn = this.past === null ? messages.goOn : messages.backToLive;
    const state = this.past === null ? messages.pausedBehind(newer) : goOn;
    const name = this.#isAway ? goOn : messages.pause;
    return html`
      <button type="button" class="tool" title=${name} aria-label=${name} aria-keyshortcuts="Space">
        ${this.#isAway ? GO_ON : PAUSE}<span class="label" aria-hidden="true">${this.past === null ? name : messages.present}</span>
      </button>
      ${
        this.#isAway
          ? html`<button type="button" class="behind" title=${goOn} @click=${this.#leaveBehind}>
              ${GO_ON}<span>${state}</span>
              ${this.past === null ? html`<span class="said">. ${goOn}</span>` : nothing}
            </button>`
          : nothing
      }
      <span class="said" role="status">${this.#said()}</span>
    `;
  }

  get #isAway(): boolean {
    return this.paused || this.past !== null;
  }

  #said(): string {
    const messages = dashboardMessages(this.#language);
    if (this.past !== null) return messages.showing(this.past);
    return this.paused ? messages.paused : this.#wasPaused ? messages.liveAgain : '';
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
