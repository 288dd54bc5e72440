import { css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { enterLayer } from '../../browser/layers.ts';
import type { Shortcuts } from '../../state/preferences.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { shortcutListView } from './shortcut-list.ts';
import { styles } from './shortcut-list.styles.ts';

/** The list of keys and gestures, once it is asked for. */
@element('shortcut-help')
export class ShortcutHelp extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: inline-block;
        font-size: var(--_size-small);
      }
      button {
        min-width: 2.25rem;
        min-height: 2.25rem;
        font: inherit;
        font-weight: 600;
        color: inherit;
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-radius: 999px;
        cursor: pointer;
      }
      @media (pointer: coarse) {
        button {
          min-width: 2.75rem;
          min-height: 2.75rem;
        }
      }
    `,
    styles,
  ];

  @property({ attribute: false }) shortcuts: Shortcuts | null = null;

  @state() private isOpen = false;

  readonly #language = new LanguageController(this);
  #leaveLayer: () => void = () => {};

  show(): void {
    this.isOpen = true;
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog === null || dialog.open || !this.isOpen) return;
    dialog.showModal();
    this.#leaveLayer = enterLayer(dialog, () => dialog.close());
  }

  protected override render(): TemplateResult {
    const title = dashboardMessages(this.#language).shortcuts;
    const { shortcuts } = this;
    return html`
      ${
        shortcuts === null || !this.isOpen
          ? nothing
          : shortcutListView(title, shortcuts, this.#closed, this.#language)
      }
    `;
  }

  readonly #closed = (): void => {
    this.#leaveLayer();
    this.isOpen = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'shortcut-help': ShortcutHelp;
  }
}
