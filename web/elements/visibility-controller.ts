import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Whether the host element is on the screen; asks the host to update when it comes into view. */
export class VisibilityController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #observer: IntersectionObserver | null = null;
  #isVisible = false;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  get isVisible(): boolean {
    return this.#isVisible;
  }

  hostConnected(): void {
    this.#observer = new IntersectionObserver((entries) => {
      this.#isVisible = entries.at(-1)?.isIntersecting ?? false;
      if (this.#isVisible) this.#host.requestUpdate();
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    this.#isVisible = false;
  }
}
