import { html, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { element } from '../../elements/define.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { translate } from '../../locales/agent-texts.ts';
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
  /** Why what was given was not taken; empty before anything was. */
  @state() private refusal = '';

  /**
   * Asks, with what was given before selected: a little of it may be missing, and what is typed takes its place.
   * @param refusal why that was not taken, in the agent's words; empty: nothing was given
   */
  async ask(refusal: string): Promise<void> {
    this.hidden = false;
    this.refusal = refusal;
    await this.updateComplete;
    this.input.select();
  }

  /** The token was taken, or another matter comes first. */
  leave(): void {
    this.hidden = true;
    if (this.hasUpdated) this.input.value = '';
  }

  protected override render(): TemplateResult {
    const words = tokenFormWords(this.#language);
    return html`
      <form @submit=${this.#given}>
        <h1>${words.title}</h1>
        <label for="token">${words.token}</label>
        <input
          id="token"
          type="password"
          required
          autocomplete="current-password"
          spellcheck="false"
          aria-invalid=${this.refusal !== ''}
          aria-describedby="wrong where"
        />
        <button>${words.show}</button>
        <p id="wrong" class="wrong" role="alert" ?hidden=${this.refusal === ''}>
          ${translate(this.refusal, this.#language.words)}
        </p>
        <p id="where">${words.where}</p>
      </form>
    `;
  }

  readonly #given = (event: SubmitEvent): void => {
    event.preventDefault();
    this.refusal = '';
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
