import { html, type TemplateResult } from 'lit';
import { query } from 'lit/decorators.js';
import { element } from '../../elements/define.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { tokenFormWords } from './token-form-words.ts';
import { styles } from './token-form.styles.ts';

/**
 * Asks a person for the token of the agent.
 * @fires tokengiven detail: the token
 */
@element('token-form')
export class TokenForm extends OwnElement {
  static override styles = [tokens, styles];

  @query('input') private readonly input!: HTMLInputElement;

  readonly #language = new LanguageController(this);

  /** Asks again: what was given was not taken. */
  async ask(): Promise<void> {
    this.hidden = false;
    await this.updateComplete;
    this.input.value = '';
    this.input.focus();
  }

  protected override render(): TemplateResult {
    const words = tokenFormWords(this.#language);
    return html`
      <form @submit=${this.#given}>
        <label for="token">${words.token}</label>
        <input id="token" type="password" required autocomplete="current-password" spellcheck="false" />
        <button>${words.show}</button>
        <p>${words.where}</p>
      </form>
    `;
  }

  readonly #given = (event: SubmitEvent): void => {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('tokengiven', { detail: this.input.value.trim() }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'token-form': TokenForm;
  }
  interface HTMLElementEventMap {
    tokengiven: CustomEvent<string>;
  }
}
