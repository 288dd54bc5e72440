import type { TimeRange } from '../../state/time-range.ts';
import type { LanePast } from './lane-past.ts';

/** Percent: a host that waits for a quarter of its time is in trouble, so the hill reaches the top of the lane. */
const LEAST_TOP = 25;
const PEAK_ALPHA = 0.5;
const MEAN_ALPHA = 0.7;
/** CSS pixels: what is known and almost nothing is still seen. */
const LEAST_HEIGHT = 1;

/** Draws means, and behind them the highest values; small ones are stretched. `width` and `height` in CSS pixels. */
export function drawHill(
  canvas: HTMLCanvasElement,
  past: LanePast | null,
  { fromMs, toMs }: TimeRange,
  { width, height, scale }: { readonly width: number; readonly height: number; readonly scale: number },
): void {
  const ctx = canvas.getContext('2d');
  if (ctx === null) return;
  const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
  // Setting the size also clears it.
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  if (past === null) return;
  ctx.fillStyle = getComputedStyle(canvas).color;
  const { times, means, peaks, stepMs } = past;
  const top = Math.max(LEAST_TOP, past.highestIn({ fromMs, toMs })?.value ?? 0);
  const xOf = (timestampMs: number): number => ((timestampMs - fromMs) / (toMs - fromMs)) * width;
  const fill = (values: readonly number[], alpha: number): void => {
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    for (const [row, begin] of times.entries()) {
      const value = values[row] ?? Number.NaN;
      const x = xOf(begin);
      const end = Math.min(width, xOf(begin + stepMs));
      if (Number.isNaN(value) || end <= 0 || x >= width) continue;
      const size = Math.max(LEAST_HEIGHT, Math.sqrt(Math.min(1, value / top)) * height);
      ctx.rect(x, height - size, end - x, size);
    }
    ctx.fill();
  };
  fill(peaks, PEAK_ALPHA);
  fill(means, MEAN_ALPHA);
  ctx.globalAlpha = 1;
}
