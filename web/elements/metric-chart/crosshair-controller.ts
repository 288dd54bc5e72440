import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Crosshair } from './crosshair.ts';

/** Follows the crosshair that its host shares with charts, while the host is in a document, and asks for an update when it points elsewhere. */
export class CrosshairController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #crosshair: Crosshair | null = null;
  #pointedMs: number | null = null;
  #unfollow: () => void = () => {};

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Time of the sample that the reader points at, Unix ms; `null` for none. */
  get pointedMs(): number | null {
    return this.#pointedMs;
  }

  /** Follows this one from now on; to be called with each update. */
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
