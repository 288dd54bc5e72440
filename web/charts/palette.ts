import type { Chart } from 'chart.js';

/** Colours and type of a chart, resolved: a canvas cannot use custom properties. */
export interface Palette {
  readonly line: string;
  readonly grid: string;
  readonly label: string;
  /** Of alerts. */
  readonly trouble: string;
  readonly warning: string;
  readonly fontFamily: string;
  /** CSS pixels. */
  readonly fontSize: number;
}

/**
 * Reads the palette from the canvas's own computed style: `color` is the line, `border-color` the grid and `text-decoration-color` the
 * labels; `outline-color` and `column-rule-color` are trouble and warnings. These properties resolve `light-dark()` and `var()`; a custom property would return its source text.
 */
export function readPalette(canvas: HTMLCanvasElement): Palette {
  const style = getComputedStyle(canvas);
  return {
    line: style.color,
    grid: style.borderTopColor,
    label: style.textDecorationColor,
    trouble: style.outlineColor,
    warning: style.columnRuleColor,
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
  };
}

/** Font size that the measures of labels are for. */
const LABEL_SIZE = 11;

/** How much larger than usual the labels are. */
export function typeScaleOf({ fontSize }: Palette): number {
  return fontSize / LABEL_SIZE;
}

/** `color` fading out towards the bottom of the plot. */
export function fadingFill({ ctx, chartArea }: Chart, color: string): CanvasGradient | string {
  // Undefined until the first layout, whatever the types say.
  if ((chartArea as Chart['chartArea'] | undefined) === undefined) return 'transparent';
  // Reading a fill style back normalizes any CSS color.
  ctx.save();
  ctx.fillStyle = color;
  const hex = ctx.fillStyle;
  ctx.restore();
  if (!/^#[\da-f]{6}$/.test(hex)) return 'transparent';
  const gradient = ctx.createLinearGradient(0, chartArea.top, 0, chartArea.bottom);
  gradient.addColorStop(0, `${hex}48`);
  gradient.addColorStop(1, `${hex}05`);
  return gradient;
}
