/** What is drawn below each other, one line a row. */
export interface SparkLines {
  /** Unix ms, ascending. */
  readonly timesMs: readonly number[];
  /** The ends of the axis, Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** One value for each time; `NaN` leaves a gap. */
  readonly rows: readonly Float64Array[];
  /** The value at the top of a row. */
  readonly top: number;
  readonly color: string;
}

const LINE_PX = 1.25;
/** What a line may rise, in the middle of its row. */
const PLOT_PX = 20;
const AREA = 0.22;
const SAME_PX = 0.25;
/** Neighbours that are further apart than so many usual distances are not joined. */
const APART = 3;

/** Draws all rows of a canvas at once: one path for the areas, one for the lines. */
export function drawSparkLines(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { timesMs, fromMs, toMs, rows, top, color }: SparkLines,
): void {
  context.clearRect(0, 0, width, height);
  if (rows.length === 0 || toMs <= fromMs) return;
  const rowHeight = height / rows.length;
  const plot = Math.min(PLOT_PX, rowHeight);
  const xs = timesMs.map((time) => ((time - fromMs) / (toMs - fromMs)) * (width - LINE_PX));
  const most = APART * Math.min(...xs.slice(1).map((x, index) => x - (xs[index] ?? x)));
  const line = new Path2D();
  const area = new Path2D();
  for (const [row, values] of rows.entries()) {
    const base = rowHeight * (row + 0.5) + plot / 2;
    let last = Number.NaN;
    let lastY = base;
    // Of most rows, most values are the same: only where a level ends is a point needed.
    let isLevel = false;
    const end = (): void => {
      if (Number.isNaN(last)) return;
      if (isLevel) line.lineTo(last, lastY);
      if (lastY < base) {
        area.lineTo(last, lastY);
        area.lineTo(last, base);
      }
      isLevel = false;
    };
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? Number.NaN;
      const x = xs[index] ?? 0;
      if (Number.isNaN(value) || x < 0) {
        end();
        last = Number.NaN;
        continue;
      }
      const y = base - Math.min(1, value / top) * plot;
      if (x - last <= most) {
        if (Math.abs(y - lastY) < SAME_PX) {
          isLevel = true;
          last = x;
          continue;
        }
        if (isLevel) {
          line.lineTo(last, lastY);
          area.lineTo(last, lastY);
          isLevel = false;
        }
        line.lineTo(x, y);
      } else {
        end();
        // Long enough to be seen alone.
        line.moveTo(x - LINE_PX, y);
        line.lineTo(x, y);
        area.moveTo(x, base);
      }
      area.lineTo(x, y);
      last = x;
      lastY = y;
    }
    end();
  }
  context.fillStyle = color;
  context.globalAlpha = AREA;
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- not an array
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = LINE_PX;
  context.lineJoin = 'round';
  context.stroke(line);
}
