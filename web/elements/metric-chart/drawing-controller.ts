import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { drawing } from '../../charts/drawing.ts';

/** Brings what draws while its host is in a document; asks the host to update when it has come or could not be loaded. */
export class DrawingController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #leave: () => void = () => {};

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** `null` until it has come. */
  get module(): typeof drawing.module {
    return drawing.module;
  }

  get hasFailed(): boolean {
    return drawing.hasFailed;
  }

  hostConnected(): void {
    this.#leave = drawing.follow(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#leave();
  }
}
