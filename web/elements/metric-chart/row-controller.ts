import type { LitElement, ReactiveController } from 'lit';
import { windowOf } from '../../browser/documents.ts';

/** From this width on a card has room for a plot with axes. */
const CARD_WIDTH_REM = 42;

/**
 * Whether its host is so narrow that it shows a row instead of a card, as its styles decide too: what depends on this must not change the
 * host's size. Measures only while that is asked for.
 */
export class RowController implements ReactiveController {
  readonly #host: LitElement;
  #isWanted = false;
  #isNarrow = false;
  #unobserve: () => void = () => {};

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  get isRow(): boolean {
    return this.#isWanted && this.#isNarrow;
  }

  observe(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.hostConnected();
  }

  hostConnected(): void {
    this.#unobserve();
    if (!this.#isWanted || !this.#host.isConnected) return;
    const own = windowOf(this.#host);
    const observer = new own.ResizeObserver((entries) => {
      const width = entries.at(-1)?.contentRect.width ?? 0;
      const isNarrow = width < CARD_WIDTH_REM * remOf(own);
      if (isNarrow === this.#isNarrow) return;
      this.#isNarrow = isNarrow;
      this.#host.requestUpdate();
    });
    observer.observe(this.#host);
    this.#unobserve = () => observer.disconnect();
  }

  hostDisconnected(): void {
    this.#unobserve();
  }
}

function remOf(own: Window): number {
  return Number.parseFloat(own.getComputedStyle(own.document.documentElement).fontSize);
}
