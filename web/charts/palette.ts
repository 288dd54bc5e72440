/** Colours and type of a chart, resolved: a canvas cannot use custom properties. */
export interface Palette {
  /** Of the series, in their order; the first also of any that are missing. */
  readonly lines: readonly [string, ...string[]];
  readonly grid: string;
  readonly label: string;
  /** What the canvas lies on. */
  readonly surface: string;
  /** Of alerts. */
  readonly trouble: string;
  readonly warning: string;
  /** The labels are lighter than what they are on. */
  readonly isDark: boolean;
  readonly fontFamily: string;
  /** CSS pixels. */
  readonly fontSize: number;
}

/**
 * Reads the palette from computed styles: `color` of the canvas's children, which nobody sees, or else of the canvas itself, are the lines; on the canvas
 * `border-color` is the grid and `text-decoration-color` the labels; `caret-color` is what it lies on; `outline-color` and `column-rule-color` are trouble and warnings. These
 * properties resolve `light-dark()` and `var()`; a custom property would return its source text.
 */
export function readPalette(canvas: HTMLCanvasElement): Palette {
  const style = getComputedStyle(canvas);
  const [first = style.color, ...others] = Array.from(
    canvas.children,
    (child) => getComputedStyle(child).color,
  );
  return {
    lines: [first, ...others],
    grid: style.borderTopColor,
    label: style.textDecorationColor,
    surface: style.caretColor,
    trouble: style.outlineColor,
    warning: style.columnRuleColor,
    isDark: isLight(style.textDecorationColor),
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
  };
}

export function colourOf({ lines }: Palette, series: number): string {
  return lines[series] ?? lines[0];
}

/** Font size that the measures of labels are for. */
const LABEL_SIZE = 11;

/** How much larger than usual the labels are. */
export function typeScaleOf({ fontSize }: Palette): number {
  return fontSize / LABEL_SIZE;
}

/** @param colour as computed: `rgb(147, 160, 182)`; of others nothing is known */
function isLight(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = /^rgba?\(/.test(colour)
    ? colour
        .slice(colour.indexOf('(') + 1)
        .split(',')
        .map(Number.parseFloat)
    : [];
  return 0.3 * red + 0.6 * green + 0.1 * blue > 128;
}
