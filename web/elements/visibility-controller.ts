import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Whether the host element is on the screen, or the page is being printed; asks the host to update when it comes into view. While it
 * is neither, the host has the attribute `offscreen`, for its styles.
 */
export class VisibilityController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #observer: IntersectionObserver | null = null;
  #isOnScreen = false;
  #isPrinting = false;
  readonly #updateNow: () => void;

  /** @param updateNow updates the host before it returns: what is printed is what is there then */
  constructor(host: ReactiveControllerHost & Element, updateNow: () => void) {
    this.#host = host;
    this.#updateNow = updateNow;
    host.addController(this);
  }

  get isVisible(): boolean {
    return this.#isOnScreen || this.#isPrinting;
  }

  hostConnected(): void {
    window.addEventListener('beforeprint', this.#print);
    window.addEventListener('afterprint', this.#printed);
    this.#observer = new IntersectionObserver((entries) => {
      this.#isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#mark();
      if (this.#isOnScreen) this.#host.requestUpdate();
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    window.removeEventListener('beforeprint', this.#print);
    window.removeEventListener('afterprint', this.#printed);
    this.#isPrinting = false;
    this.#observer?.disconnect();
    this.#observer = null;
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
