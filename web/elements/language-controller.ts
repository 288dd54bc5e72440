import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { languageOf, markLanguage, watchLanguage } from '../locales/declared-language.ts';
import { preferredLanguage, type Language } from '../locales/languages.ts';

/**
 * The language of the host element; asks the host to update when it is another. Where there are no words in it, what the host
 * renders is marked as English.
 */
export class LanguageController implements ReactiveController, Language {
  readonly #host: ReactiveControllerHost & Element;
  #language = preferredLanguage([]);
  #isMarked = false;
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

  get words(): Language['words'] {
    return this.#language.words;
  }

  hostConnected(): void {
    this.#unwatch = watchLanguage(this.#host, this.#read);
    this.#read();
  }

  hostDisconnected(): void {
    this.#unwatch();
  }

  hostUpdated(): void {
    const isOther = this.spoken !== this.tag;
    if (!isOther && !this.#isMarked) return;
    this.#isMarked = isOther;
    for (const child of this.#host.shadowRoot?.children ?? [])
      markLanguage(child, isOther ? this.spoken : null);
  }

  readonly #read = (): void => {
    const language = languageOf(this.#host);
    if (language.tag === this.tag && language.words === this.words) return;
    this.#language = language;
    this.#host.requestUpdate();
  };
}
