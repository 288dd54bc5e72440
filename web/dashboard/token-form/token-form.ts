import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { browserClock } from '../../browser/browser-clock.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { formatDuration } from '../../locales/format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { tokenFormMessages } from './token-form-messages.ts';
import { styles } from './token-form.styles.ts';

/** As in the badge. */
const TICK_MS = 250;
/** Rounds the countdown up to whole seconds. */
const LAST_SECOND_MS = 999;

/**
 * Asks the reader for the agent's token.
 * @fires {CustomEvent<string>} tokengiven - The token
 */
@element('token-form')
export class TokenForm extends OwnElement {
  static override styles = [tokens, styles];

  readonly #language = new LanguageController(this);
  /** Why the last token was refused; empty if none was. */
  @state() private refusal = '';
  /** How long the agent still accepts no token. */
  @state() private waitMs = 0;
  #untilMs = 0;
  /** The field holds a token that the agent has not judged yet. */
  #isAnswerDue = true;
  #cancelTick: () => void = () => {};

  /**
   * Shows the form. After a refusal the token in the field is selected, to be corrected or replaced.
   * @param refusal why the last token was refused, as the agent says it; empty if there was none
   * @param untilMs until when the agent accepts no token, by the page's clock; 0: it accepts one now
   */
  async ask(refusal: string, untilMs = 0): Promise<void> {
    this.hidden = false;
    this.refusal = refusal;
    this.#untilMs = untilMs;
    this.#tick();
    await this.updateComplete;
    if (this.#isAnswerDue) this.#input.select();
    this.#isAnswerDue = false;
  }

  leave(): void {
    this.hidden = true;
    this.#isAnswerDue = true;
    this.#cancelTick();
    if (this.hasUpdated) this.#input.value = '';
  }

  protected override render(): TemplateResult {
    const messages = tokenFormMessages(this.#language);
    return html`
      <form @submit=${this.#given}>
        <h1>${messages.title}</h1>
        <label for="token">${messages.token}</label>
        <input
          id="token"
          type="password"
          required
          autocomplete="current-password"
          spellcheck="false"
          aria-invalid=${this.refusal !== '' && this.#untilMs === 0}
          aria-describedby="wrong wait where"
        />
        <button ?disabled=${this.waitMs > 0}>${messages.show}</button>
        <p id="wrong" class="wrong" role="alert" ?hidden=${this.refusal === ''}>
          ${translate(this.refusal, this.#language.messages)}
        </p>
        ${
          this.waitMs > 0
            ? html`<p id="wait" class="wrong">${messages.wait(formatDuration(this.waitMs + LAST_SECOND_MS, this.#language.tag))}</p>`
            : nothing
        }
        <p id="where">${messages.where}</p>
      </form>
    `;
  }

  get #input(): HTMLInputElement {
    return only(this.renderRoot, 'input');
  }

  readonly #tick = (): void => {
    this.#cancelTick();
    this.waitMs = this.#untilMs - browserClock.now();
    if (this.waitMs > 0 && this.isConnected) this.#cancelTick = browserClock.schedule(this.#tick, TICK_MS);
    else if (this.#untilMs > 0) this.refusal = '';
  };

  readonly #given = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.waitMs > 0) return;
    this.refusal = '';
    this.#isAnswerDue = true;
    this.dispatchEvent(new CustomEvent('tokengiven', { detail: this.#input.value.trim() }));
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
