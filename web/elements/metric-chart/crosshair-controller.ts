import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Crosshair } from './crosshair.ts';

/** Updates its host when the crosshair that it shares with charts points at another sample, while the host is in a document. */
export class CrosshairController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #crosshair: Crosshair | null = null;
  #pointedMs: number | null = null;
  #unfollow: () => void = () => {};

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Of the sample, Unix ms; `null` for none. */
  get pointedMs(): number | null {
    return this.#pointedMs;
  }

  /** Call with each update of the host. */
  follow(crosshair: Crosshair | null): void {
    if (crosshair === this.#crosshair) return;
    this.#unfollow();
    this.#crosshair = crosshair;
    this.hostConnected();
  }

  hostConnected(): void {
    const crosshair = this.#crosshair;
    this.#pointedMs = crosshair?.position.timestampMs ?? null;
    this.#unfollow =
      crosshair?.follow(() => {
        const { timestampMs } = crosshair.position;
        if (timestampMs === this.#pointedMs) return;
        this.#pointedMs = timestampMs;
        this.#host.requestUpdate();
      }) ?? (() => {});
  }

  hostDisconnected(): void {
    this.#unfollow();
  }
}
