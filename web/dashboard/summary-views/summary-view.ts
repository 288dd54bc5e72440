import { property } from 'lit/decorators.js';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { CrosshairController } from '../../elements/metric-chart/crosshair-controller.ts';
import { newestRow, type ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';

interface ShownTime {
  /** Unix ms; `null` before the first sample. */
  readonly timestampMs: number | null;
  /** Pointed at, selected, stale or paused. */
  readonly isPast: boolean;
}

/** All instances of a subject in one view, at the time pointed at, the selected time, or the newest. Renders only while visible. */
export abstract class SummaryView extends OwnElement {
  @property({ attribute: false }) members: readonly PlacedSeries[] = [];
  @property({ attribute: false }) context: ChartsContext | null = null;

  protected readonly language = new LanguageController(this);
  readonly #pointer = new CrosshairController(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.requestUpdate();
    this.performUpdate();
  });
  #row: number | null = null;
  #shownTime: ShownTime = { timestampMs: null, isPast: false };

  protected override shouldUpdate(): boolean {
    return this.#visibility.isVisible || !this.hasUpdated || this.#shownTime.timestampMs === null;
  }

  protected override willUpdate(): void {
    const { context } = this;
    // The panel's styles give it the colour of its subject.
    this.dataset['hue'] = this.members[0]?.hue ?? 'neutral';
    this.#pointer.follow(context?.crosshair ?? null);
    const samples = context?.buffer.samples;
    const selectedMs = context?.selectedMs ?? null;
    const times = Array.from({ length: samples?.length ?? 0 }, (_, row) => samples?.timestampAt(row) ?? 0);
    const chosenRows = [this.#pointer.pointedMs, selectedMs].map((time) =>
      time === null ? -1 : times.indexOf(time),
    );
    const row = chosenRows.find((index) => index >= 0) ?? (context === null ? -1 : newestRow(context));
    const isOld = context?.isStale === true || context?.isFrozen === true;
    this.#row = row < 0 ? null : row;
    this.#shownTime = {
      timestampMs: times[row] ?? null,
      isPast: isOld || row !== times.length - 1 || chosenRows.some((index) => index >= 0),
    };
  }

  protected get shownTime(): ShownTime {
    return this.#shownTime;
  }

  /** Value of a series at the shown time; `null` if unknown. */
  protected valueAt(member: PlacedSeries | undefined): number | null {
    if (member === undefined || this.#row === null) return null;
    return this.context?.buffer.samples.valueAt(member.column, this.#row) ?? null;
  }
}
