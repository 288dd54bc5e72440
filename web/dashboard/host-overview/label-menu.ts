import { css, html, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { enterLayer } from '../../browser/layers.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatCount } from '../../locales/format.ts';
import { hostOverviewMessages } from './host-overview-messages.ts';
import { controlStyles } from './controls.styles.ts';

/**
 * A button that opens a list of labels, of which the reader chooses some.
 * @fires {CustomEvent<string>} labelchange - The reader chose this label, or gave it up
 */
@element('label-menu')
export class LabelMenu extends OwnElement {
  static override styles = [
    tokens,
    controlStyles,
    css`
      :host {
        position: relative;
        display: inline-block;
      }
      .list {
        position: absolute;
        inset-block-start: calc(100% + 0.25rem);
        inset-inline-end: 0;
        z-index: 3;
        width: max-content;
        min-width: 12rem;
        max-width: min(24rem, 80vw);
        max-height: 60vh;
        overflow: auto;
        padding: var(--_space-2);
        background: var(--_surface-raised);
        border: 1px solid var(--_border);
        border-radius: 0.75rem;
        box-shadow: 0 10px 30px rgb(0 0 0 / 20%);
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend,
      p {
        margin: 0;
        padding: 0.25rem 0.5rem;
        font-size: 0.75rem;
        color: var(--_text-muted);
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.25rem 0.5rem;
        border-radius: 0.375rem;
        cursor: pointer;
      }
      label:hover {
        background: color-mix(in srgb, var(--_text) 6%, transparent);
      }
      label span {
        margin-inline-start: auto;
        padding-inline-start: 1rem;
        color: var(--_text-muted);
        font-variant-numeric: tabular-nums;
      }
      @media (pointer: coarse) {
        label {
          min-height: 2.75rem;
        }
      }
      @media (max-width: 48rem) {
        .list {
          inset-inline: 0 auto;
        }
      }
    `,
  ];

  /** Each with how many hosts have it, in the order of keys. */
  @property({ attribute: false }) labels: ReadonlyMap<string, number> = new Map();
  @property({ attribute: false }) chosen: readonly string[] = [];

  @state() private isOpen = false;

  readonly #language = new LanguageController(this);
  #leave: () => void = () => {};

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override render(): TemplateResult {
    const messages = hostOverviewMessages(this.#language);
    const { chosen } = this;
    const text =
      chosen.length === 0
        ? messages.allLabels
        : chosen.length === 1
          ? chosen[0]
          : messages.someLabels(formatCount(chosen.length, this.#language.tag).text);
    return html`
      <button
        type="button"
        class="control arrow"
        aria-expanded=${this.isOpen}
        aria-pressed=${chosen.length > 0}
        @click=${this.#toggle}
      >
        ${text}
      </button>
      ${this.isOpen ? this.#listView() : ''}
    `;
  }

  #listView(): TemplateResult {
    const messages = hostOverviewMessages(this.#language);
    const byKey = new Map<string, string[]>();
    for (const label of new Set([...this.labels.keys(), ...this.chosen])) {
      const key = label.slice(0, label.indexOf('='));
      byKey.set(key, [...(byKey.get(key) ?? []), label]);
    }
    return html`<div class="list">
      ${byKey.size === 0 ? html`<p>${messages.noLabels}</p>` : ''}
      ${[...byKey].map(
        ([key, labels]) => html`<fieldset>
          <legend>${key}</legend>
          ${labels.map(
            (label) => html`<label>
              <input type="checkbox" .checked=${this.chosen.includes(label)} @change=${() => this.#choose(label)} />
              ${label.slice(key.length + 1)}
              <span>${formatCount(this.labels.get(label) ?? 0, this.#language.tag).text}</span>
            </label>`,
          )}
        </fieldset>`,
      )}
    </div>`;
  }

  #choose(label: string): void {
    this.dispatchEvent(new CustomEvent('labelchange', { detail: label }));
  }

  readonly #toggle = (): void => {
    if (this.isOpen) {
      this.#close();
      return;
    }
    this.isOpen = true;
    const leaveLayer = enterLayer(this, () => {
      this.#close();
      this.renderRoot.querySelector('button')?.focus();
    });
    const outside = (event: Event): void => {
      if (!event.composedPath().includes(this)) this.#close();
    };
    for (const type of ['pointerdown', 'focusin']) document.addEventListener(type, outside);
    this.#leave = () => {
      leaveLayer();
      for (const type of ['pointerdown', 'focusin']) document.removeEventListener(type, outside);
    };
  };

  #close(): void {
    this.isOpen = false;
    this.#leave();
    this.#leave = () => {};
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'label-menu': LabelMenu;
  }
  interface HTMLElementEventMap {
    labelchange: CustomEvent<string>;
  }
}
