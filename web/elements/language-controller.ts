import { css, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { sheetFor } from '../browser/documents.ts';
import { languageOf, markLanguage, watchLanguage } from '../locales/declared-language.ts';
import { preferredLanguage, type Language } from '../locales/languages.ts';

const veil = css`
  :host {
    visibility: hidden !important;
  }
`;

/**
 * The language of the host element, which it updates when the language changes. Without messages in that language, the host
 * renders English and is marked as such. While messages are loading, the host keeps the language that it showed before, or stays
 * invisible if it has shown nothing.
 */
export class LanguageController implements ReactiveController, Language {
  readonly #host: ReactiveControllerHost & Element;
  #language = preferredLanguage([]);
  #isMarked = false;
  #isShown = false;
  #veil: CSSStyleSheet | null = null;
  #unwatch: () => void = () => {};

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  get tag(): Language['tag'] {
    return this.#language.tag;
  }

  get spoken(): Language['spoken'] {
    return this.#language.spoken;
  }

  get messages(): Language['messages'] {
    return this.#language.messages;
  }

  hostConnected(): void {
    this.#unwatch = watchLanguage(this.#host, this.#read);
    this.#read();
  }

  hostDisconnected(): void {
    this.#unwatch();
  }

  hostUpdated(): void {
    if (this.#language.isComing !== true) {
      this.#isShown = true;
      this.#unveil();
    }
    const isOther = this.spoken !== this.tag;
    if (!isOther && !this.#isMarked) return;
    this.#isMarked = isOther;
    for (const child of this.#host.shadowRoot?.children ?? [])
      markLanguage(child, isOther ? this.spoken : null);
  }

  readonly #read = (): void => {
    const language = languageOf(this.#host);
    const { isComing } = language;
    if (isComing === true && this.#isShown) return;
    if (
      language.tag === this.tag &&
      language.messages === this.messages &&
      isComing === this.#language.isComing
    )
      return;
    this.#language = language;
    if (isComing === true) this.#hide();
    this.#host.requestUpdate();
  };

  #hide(): void {
    const { shadowRoot } = this.#host;
    if (this.#veil !== null || shadowRoot === null) return;
    this.#veil = sheetFor(this.#host, veil);
    if (this.#veil !== null) shadowRoot.adoptedStyleSheets.push(this.#veil);
  }

  #unveil(): void {
    const { shadowRoot } = this.#host;
    if (this.#veil === null || shadowRoot === null) return;
    shadowRoot.adoptedStyleSheets = shadowRoot.adoptedStyleSheets.filter((one) => one !== this.#veil);
    this.#veil = null;
  }
}
