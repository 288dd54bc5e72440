import { html, LitElement, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { element } from '../../elements/define.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { recall, remember } from '../../storage.ts';
import { styles } from './shortcut-help.styles.ts';

const TEXTS = {
  button: 'Keys and gestures',
  title: 'Keys and gestures',
  close: 'Close',
  isOn: 'Single keys are shortcuts',
  wall: 'Show on a wall',
  keys: [
    [['Space'], 'pause, and go on'],
    [['←', '→'], 'on a chart: the moment before and after'],
    [['Esc'], 'back to the present, and out of a stretch of time'],
    [['/'], 'search metrics'],
    [['1', '2', '3', '4'], 'time shown'],
    [['T'], 'next theme'],
    [['?'], 'this list'],
  ],
  gestures: [
    ['Point at a chart', 'the same moment on all charts'],
    ['Click on a chart', 'what ran at that moment'],
    ['Drag over a chart', 'that stretch of time on all charts; double click: back'],
  ],
} as const;

const KEY = 'metrics-panel.shortcuts';

/** A button, and the list of keys that it shows. */
@element('shortcut-help')
export class ShortcutHelp extends LitElement {
  static override styles = [tokens, styles];

  @state() private isOn = recall(() => localStorage, KEY) !== 'off';

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  /** Whether the reader wants keys that print something to be shortcuts. */
  get areKeysOn(): boolean {
    return this.isOn;
  }

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    return html`
      <button class="open" type="button" title=${TEXTS.button} aria-label=${TEXTS.button} @click=${this.#open}>
        ?
      </button>
      <dialog aria-labelledby="title" @click=${this.#shutOutside}>
        <div>
          <h2 id="title" tabindex="-1" autofocus>${TEXTS.title}</h2>
          <dl>
            ${TEXTS.keys.map(
              ([keys, meaning]) =>
                html`<dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
                  <dd>${meaning}</dd>`,
            )}
            ${TEXTS.gestures.map(
              ([gesture, meaning]) =>
                html`<dt>${gesture}</dt>
                  <dd>${meaning}</dd>`,
            )}
          </dl>
          <label><input type="checkbox" .checked=${this.isOn} @change=${this.#switch} />${TEXTS.isOn}</label>
          <p>
            <a href="?wall">${TEXTS.wall}</a>
            <button type="button" @click=${this.#shut}>${TEXTS.close}</button>
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
