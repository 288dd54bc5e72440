/** Where a small line is drawn, CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface AreaStyle {
  readonly colour: string;
  /** The value at the far end of the box. */
  readonly max: number;
  /** The area hangs from the top edge of the box instead of standing on the bottom edge. */
  readonly isBelow?: boolean;
}

const LINE = 1.2;
const FILL = 0.24;

/** A line through the values of bins with the area below it, interrupted where a value is NaN. A single value between two gaps is a dot. */
export function paintArea(
  ctx: CanvasRenderingContext2D,
  values: Float64Array,
  { left, top, width, height }: Box,
  { colour, max, isBelow = false }: AreaStyle,
): void {
  const base = isBelow ? top : top + height;
  const reach = height - LINE;
  const yOf = (value: number): number =>
    base + (isBelow ? 1 : -1) * Math.min(1, Math.max(0, value / max)) * reach;
  const xOf = (bin: number): number => left + (bin / (values.length - 1)) * width;
  const line = new Path2D();
  ctx.beginPath();
  let start = -1;
  for (let bin = 0; bin <= values.length; bin += 1) {
    const value = values[bin] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      if (start < 0) {
        start = bin;
        line.moveTo(xOf(bin), yOf(value));
        ctx.moveTo(xOf(bin), base);
      }
      line.lineTo(xOf(bin), yOf(value));
      ctx.lineTo(xOf(bin), yOf(value));
    } else if (start >= 0) {
      if (start === bin - 1) line.lineTo(xOf(start) + LINE, yOf(values[start] ?? 0));
      ctx.lineTo(xOf(bin - 1), base);
      ctx.closePath();
      start = -1;
    }
  }
  ctx.fillStyle = colour;
  ctx.globalAlpha = FILL;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = LINE;
  ctx.lineJoin = 'round';
  ctx.stroke(line);
}

/** A top of the scale in steps of 1, 2 and 5, so that it seldom changes. */
export function scaleTop(lines: readonly Float64Array[], least: number): number {
  let highest = least;
  for (const values of lines) for (const value of values) if (value > highest) highest = value;
  const decade = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((step) => step * decade >= highest) ?? 10) * decade;
}
