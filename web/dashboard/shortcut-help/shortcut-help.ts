import { html, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { element } from '../../elements/define.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { enterLayer } from '../../layers.ts';
import { recall, remember } from '../../storage.ts';
import { styles } from './shortcut-help.styles.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

const KEY = 'metrics-panel.shortcuts';

/** A button, and the list of keys that it shows. */
@element('shortcut-help')
export class ShortcutHelp extends OwnElement {
  static override styles = [tokens, styles];

  readonly #language = new LanguageController(this);
  @state() private isOn = recall(() => localStorage, KEY) !== 'off';

  #leaveLayer: () => void = () => {};

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** Whether the reader wants keys that print something to be shortcuts. */
  get areKeysOn(): boolean {
    return this.isOn;
  }

  show(): void {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.#leaveLayer = enterLayer(this.dialog, this.#shut);
  }

  protected override render(): TemplateResult {
    const { help } = dashboardMessages(this.#language);
    return html`
      <button class="open" type="button" title=${help.title} aria-label=${help.title} @click=${this.#open}>
        ?
      </button>
      <dialog aria-labelledby="title" @close=${() => this.#leaveLayer()} @click=${this.#shutOutside}>
        <div>
          <h2 id="title" tabindex="-1" autofocus>${help.title}</h2>
          <dl>
            ${help.keys.map(
              ([keys, meaning]) =>
                html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                  <dd>${meaning}</dd>`,
            )}
            ${help.gestures.map(
              ([gesture, meaning]) =>
                html`<dt>${gesture}</dt>
                  <dd>${meaning}</dd>`,
            )}
          </dl>
          <label><input type="checkbox" .checked=${this.isOn} @change=${this.#switch} />${help.isOn}</label>
          <p>
            <a href="?wall">${help.wall}</a>
            <button type="button" @click=${this.#shut}>${help.close}</button>
          </p>
        </div>
      </dialog>
    `;
  }

  readonly #open = (): void => this.show();

  readonly #shut = (): void => this.dialog.close();

  /** The backdrop belongs to the dialog, its content does not. */
  readonly #shutOutside = ({ target }: Event): void => {
    if (target === this.dialog) this.dialog.close();
  };

  readonly #switch = (): void => {
    this.isOn = !this.isOn;
    remember(() => localStorage, KEY, this.isOn ? 'on' : 'off');
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'shortcut-help': ShortcutHelp;
  }
}
