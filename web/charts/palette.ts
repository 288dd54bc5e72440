/** The colours and type of a drawing, as CSS resolved them: a canvas cannot use custom properties by itself. */
export interface Palette {
  readonly line: string;
  readonly grid: string;
  readonly label: string;
  readonly fontFamily: string;
  /** CSS pixels. */
  readonly fontSize: number;
}

/**
 * Reads a canvas's palette from its own computed style: `color` is the line, `border-color` the grid and
 * `text-decoration-color` the labels. Those resolve `light-dark()` and inherited custom properties; reading the custom
 * properties themselves would return their source text.
 */
export function readPalette(canvas: HTMLCanvasElement): Palette {
  const style = getComputedStyle(canvas);
  return {
    line: style.color,
    grid: style.borderTopColor,
    label: style.textDecorationColor,
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
  };
}
