import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

/** Search after a pause in typing, not for half a word. */
const TYPING_MS = 150;

/**
 * A search field for metrics.
 * @fires {CustomEvent<string>} searchchange - The text, trimmed; empty to end the search
 */
@element('metric-search')
export class MetricSearch extends OwnElement {
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };
  static override styles = [
    tokens,
    css`
      :host {
        display: inline-block;
        font-size: var(--_size-small);
      }
      input {
        width: 100%;
        height: 2.25rem;
        padding-inline: 0.875rem;
        font: inherit;
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-radius: 999px;
      }
      input::placeholder {
        color: var(--_text-muted);
        opacity: 1;
      }
      input:focus-visible {
        outline-offset: 1px;
      }
      @media (pointer: coarse) {
        input {
          height: 2.75rem;
          /* Phones zoom into fields with smaller text. */
          font-size: 1rem;
        }
      }
    `,
  ];

  @property() value = '';

  readonly #language = new LanguageController(this);
  #cancel: () => void = () => {};

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#cancel();
  }

  protected override render(): TemplateResult {
    const { search } = dashboardMessages(this.#language);
    return html`
      <input
        type="search"
        .value=${this.value}
        placeholder=${search}
        aria-label=${search}
        aria-keyshortcuts="/"
        autocomplete="off"
        spellcheck="false"
        enterkeyhint="search"
        @input=${this.#typed}
        @keydown=${this.#clear}
      />
    `;
  }

  get #input(): HTMLInputElement {
    return only(this.renderRoot, 'input');
  }

  readonly #typed = (): void => {
    this.#cancel();
    this.#cancel = browserClock.schedule(() => {
      // Untrimmed: a space at the end begins the next word.
      this.value = this.#input.value;
      this.dispatchEvent(new CustomEvent('searchchange', { detail: this.value.trim() }));
    }, TYPING_MS);
  };

  /** Not every browser clears a search field on Escape. */
  readonly #clear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.#input.value === '') return;
    event.preventDefault();
    this.#input.value = '';
    this.#typed();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'metric-search': MetricSearch;
  }
  interface HTMLElementEventMap {
    searchchange: CustomEvent<string>;
  }
}
