/** What an overlay draws on, in CSS pixels. */
export interface Plot {
  readonly ctx: CanvasRenderingContext2D;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xOf: (timestampMs: number) => number;
  /** Of values in `min` to `max`. */
  readonly yOf: (value: number) => number;
  readonly min: number;
  readonly max: number;
  /** The line alone: no text, no room around the plot. */
  readonly isBare: boolean;
  readonly colours: OverlayColours;
  readonly fontSize: number;
}

/** As the page's theme resolves them. */
export interface OverlayColours {
  readonly label: string;
  readonly warning: string;
  readonly trouble: string;
}

/** Draws on a chart in addition to its line. */
export interface Overlay {
  /** Values that the axis of a series with these known values has room for, if it is not fixed. */
  axisValues(values: readonly (number | null)[]): readonly number[];
  drawBelow(plot: Plot): void;
  drawAbove(plot: Plot): void;
}
