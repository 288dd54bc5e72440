import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { windowOf } from '../browser/documents.ts';

/**
 * Whether the host element is on the screen or the page is being printed. Updates the host when it comes into view, and sets its
 * attribute `offscreen` while it is not visible.
 */
export class VisibilityController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #leave: () => void = () => {};
  #isOnScreen = false;
  #isPrinting = false;
  readonly #updateNow: () => void;

  /** @param updateNow updates the host synchronously, for printing */
  constructor(host: ReactiveControllerHost & Element, updateNow: () => void) {
    this.#host = host;
    this.#updateNow = updateNow;
    host.addController(this);
  }

  get isVisible(): boolean {
    return this.#isOnScreen || this.#isPrinting;
  }

  hostConnected(): void {
    const own = windowOf(this.#host);
    own.addEventListener('beforeprint', this.#print);
    own.addEventListener('afterprint', this.#printed);
    const observer = new own.IntersectionObserver((entries) => {
      this.#isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#mark();
      if (this.#isOnScreen) this.#host.requestUpdate();
    });
    observer.observe(this.#host);
    this.#leave = () => {
      own.removeEventListener('beforeprint', this.#print);
      own.removeEventListener('afterprint', this.#printed);
      observer.disconnect();
    };
  }

  hostDisconnected(): void {
    this.#leave();
    this.#isPrinting = false;
    this.#isOnScreen = false;
  }

  #mark(): void {
    this.#host.toggleAttribute('offscreen', !this.isVisible);
  }

  readonly #print = (): void => {
    this.#isPrinting = true;
    this.#mark();
    this.#updateNow();
  };

  readonly #printed = (): void => {
    this.#isPrinting = false;
    this.#mark();
  };
}
