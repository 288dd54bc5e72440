import type { GapSpan } from '../charts/gaps.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { enterLayer } from '../layers.ts';
import type { PauseButton } from './pause-button/pause-button.ts';

/** Whether the dashboard stands still, and what of it is looked at: by the button, by keys, or because a stretch of time is. */
export class Pause {
  readonly #panel: MetricsPanel;
  readonly #button: PauseButton;
  readonly #wentOn: () => void;
  /** It goes on when the stretch is left. */
  #isForSpan = false;
  #leaveLayer: () => void = () => {};

  /** @param wentOn called when the present is shown again */
  constructor(panel: MetricsPanel, button: PauseButton, wentOn: () => void) {
    this.#panel = panel;
    this.#button = button;
    this.#wentOn = wentOn;
  }

  /** Stands still, or goes on. */
  readonly toggle = (): void => {
    if (this.#panel.paused) this.goOn();
    else this.#pause(false);
  };

  /** A stretch of time is being marked. */
  readonly begun = (): void => {
    if (!this.#panel.paused) this.#pause(true);
  };

  /** Shows that stretch on all charts; `null`: none after all. */
  readonly ended = (span: GapSpan | null): void => {
    if (span !== null) {
      this.#panel.span = span;
      this.#leaveLayer();
      this.#leaveLayer = enterLayer(this.#panel, this.back);
    } else if (this.#panel.span === null && this.#isForSpan) {
      this.goOn();
    }
  };

  /** Leaves the stretch of time that is shown, if one is. */
  readonly back = (): void => {
    if (this.#panel.span === null) return;
    this.#panel.span = null;
    this.#leaveLayer();
    this.ended(null);
  };

  goOn(): void {
    this.#leaveLayer();
    this.#panel.resume();
    this.#button.paused = false;
    this.#wentOn();
  }

  /** A sample came. */
  count(): void {
    if (this.#panel.paused) this.#button.newer += 1;
  }

  #pause(isForSpan: boolean): void {
    this.#isForSpan = isForSpan;
    this.#panel.pause();
    this.#button.newer = 0;
    this.#button.paused = true;
  }
}
