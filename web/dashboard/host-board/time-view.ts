import type { PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { CrosshairController } from '../../elements/metric-chart/crosshair-controller.ts';
import { firstFrom } from '../../elements/metric-chart/nearest-sample.ts';
import { newestRow, newestValue, type ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';
import { axisOf, placeOf, sumOf } from './canvas/time-bins.ts';
import { CanvasController, type Surface } from './canvas/canvas-controller.ts';

/** Shows values of the time that the charts read: pointed at, selected, or the newest. Renders and paints only while visible. */
export abstract class TimeView extends OwnElement {
  @property({ attribute: false }) context: ChartsContext | null = null;

  protected readonly language = new LanguageController(this);
  /** Of the canvas, CSS pixels; 0 before it is known. */
  @state() protected canvasWidth = 0;

  protected readonly canvas = new CanvasController(
    this,
    (surface) => this.paint(surface),
    (width) => {
      this.canvasWidth = width;
    },
  );
  readonly #pointer = new CrosshairController(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.requestUpdate();
    this.performUpdate();
    this.canvas.settle();
  });
  #row: number | null = null;
  /** There was a sample at the last rendering. */
  #hasValues = false;

  /** Off the screen, samples change nothing once there is something to tell. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const isOther = [...changed.keys()].some((name) => name !== 'context');
    const isDue = this.#visibility.isVisible || !this.#hasValues || isOther;
    // The crosshair, which has no name, only changes what is read.
    if (!isDue || changed.size > 0) this.canvas.invalidate();
    return isDue;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { context } = this;
    this.#pointer.follow(context?.crosshair ?? null);
    this.#row = context === null ? null : this.#readRow(context);
    this.#hasValues = context !== null && context.buffer.samples.length > 0;
  }

  /** Paints the canvas, which is empty. */
  protected paint(_surface: Surface): void {}

  /** Value of a series at the time that is read; `null` if it is not known. */
  protected read(member: PlacedSeries | undefined): number | null {
    const { context } = this;
    if (member === undefined || context === null) return null;
    return this.#row === null
      ? newestValue(member, context)
      : context.buffer.samples.valueAt(member.column, this.#row);
  }

  /** The same of the sum of columns. */
  protected readSum(columns: readonly number[]): number | null {
    const { context } = this;
    if (context === null) return null;
    const { current, buffer } = context;
    if (this.#row === null && current !== undefined) {
      const known = columns
        .map((column) => current(buffer.announcement.series[column]?.name ?? ''))
        .filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
    }
    const row = this.#row ?? newestRow(context);
    const sum = row < 0 ? Number.NaN : sumOf(buffer.samples, columns, row);
    return Number.isNaN(sum) ? null : sum;
  }

  /** Where the crosshair stands on the time axis, 0 to 1; `null` for nowhere. */
  protected get hairPlace(): number | null {
    const { pointedMs } = this.#pointer;
    const axis = this.context === null ? null : axisOf(this.context);
    return pointedMs === null || axis === null ? null : placeOf(pointedMs, axis);
  }

  /** `null`: the newest. */
  #readRow({ buffer: { samples }, selectedMs }: ChartsContext): number | null {
    for (const time of [this.#pointer.pointedMs, selectedMs]) {
      const row = time === null ? -1 : rowAt(samples, time);
      if (row >= 0) return row;
    }
    return null;
  }
}

/** The row of exactly that time, -1 if there is none. */
export function rowAt(samples: TimeWindow, timestampMs: number): number {
  const row = firstFrom(samples.length, (index) => samples.timestampAt(index), timestampMs);
  return row < samples.length && samples.timestampAt(row) === timestampMs ? row : -1;
}
