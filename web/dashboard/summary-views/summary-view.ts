import { property } from 'lit/decorators.js';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { CrosshairController } from '../../elements/metric-chart/crosshair-controller.ts';
import { newestRow, type ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';

/** The moment that is shown. Unix ms; `null` before the first sample. */
interface Look {
  readonly timestampMs: number | null;
  /** The reader points at it or chose it, or the picture stands still. */
  readonly isPast: boolean;
}

/**
 * All things of a subject in one view, as of one moment: where the reader points at, what the reader chose, or the newest. Renders
 * only while it is on the screen.
 */
export abstract class SummaryView extends OwnElement {
  /** The series, and their columns. */
  @property({ attribute: false }) members: readonly PlacedSeries[] = [];
  /** What the charts beside it show. */
  @property({ attribute: false }) context: ChartsContext | null = null;

  protected readonly language = new LanguageController(this);
  readonly #pointer = new CrosshairController(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.requestUpdate();
    this.performUpdate();
  });
  #row: number | null = null;
  #look: Look = { timestampMs: null, isPast: false };

  protected override shouldUpdate(): boolean {
    return this.#visibility.isVisible || !this.hasUpdated || this.#look.timestampMs === null;
  }

  protected override willUpdate(): void {
    const { context } = this;
    // Its subject's: the panel's styles know it.
    this.dataset['color'] = String(this.members[0]?.color ?? 1);
    this.#pointer.follow(context?.crosshair ?? null);
    const window = context?.buffer.window;
    const selectedMs = context?.selectedMs ?? null;
    const times = Array.from({ length: window?.length ?? 0 }, (_, row) => window?.timestampAt(row) ?? 0);
    const looked = [this.#pointer.pointedMs, selectedMs].map((time) =>
      time === null ? -1 : times.indexOf(time),
    );
    const row = looked.find((index) => index >= 0) ?? (context === null ? -1 : newestRow(context));
    const isOld = context?.isStale === true || context?.isFrozen === true;
    this.#row = row < 0 ? null : row;
    this.#look = {
      timestampMs: times[row] ?? null,
      isPast: isOld || row !== times.length - 1 || looked.some((index) => index >= 0),
    };
  }

  protected get look(): Look {
    return this.#look;
  }

  /** Value of a series at the moment that is shown, `null` where it is not known. */
  protected valueAt(member: PlacedSeries | undefined): number | null {
    if (member === undefined || this.#row === null) return null;
    return this.context?.buffer.window.valueAt(member.column, this.#row) ?? null;
  }
}
