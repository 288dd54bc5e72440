import { isElement, parentOf, windowOf } from '../../browser/documents.ts';
import type { ChartImage } from '../metric-chart/metric-chart.ts';
import { chartsIn } from './charts-in.ts';

const TITLE_SIZE = 14;
const TITLE_HEIGHT = 28;
const LEGEND_SIZE = 12;
const LEGEND_HEIGHT = 20;
const SWATCH = 8;
const SWATCH_GAP = 5;
const LEGEND_GAP = 14;
const MARGIN = 16;

/**
 * Draws the charts of a panel that are on the screen into one picture, in their places and colours, at the screen's resolution.
 * @param frame the panel, whose text colour and font are used
 * @throws Error if no chart is drawn, or the browser cannot make a picture
 */
export async function pngOf(frame: Element): Promise<Blob> {
  const charts = [...chartsIn(frame.shadowRoot)].flatMap((chart) => chart.image() ?? []);
  if (charts.length === 0) throw new Error('No chart is drawn');
  const left = Math.min(...charts.map(({ box }) => box.left));
  const tops = [...new Set(charts.map(({ box }) => box.top))].toSorted((one, other) => one - other);
  const [top = 0] = tops;
  // Rows may be so close, as sparklines in a text are, that each needs extra room for its titles.
  const headHeight = TITLE_HEIGHT + (charts.some(({ legend }) => legend.length > 0) ? LEGEND_HEIGHT : 0);
  const tallest = Math.max(...charts.map(({ box }) => box.height));
  const isDense = tops.some((one, row) => one - (tops[row - 1] ?? -Infinity) < tallest + headHeight);
  const titleRoom = (box: DOMRect): number => (isDense ? tops.indexOf(box.top) : 0) * headHeight;
  const width = Math.max(...charts.map(({ box }) => box.right)) - left + 2 * MARGIN;
  const bottom = Math.max(...charts.map(({ box }) => box.bottom + titleRoom(box)));
  const height = bottom - top + headHeight + 2 * MARGIN;
  const scale = windowOf(frame).devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('This browser gives no canvas to draw on');
  const style = getComputedStyle(frame);
  ctx.scale(scale, scale);
  ctx.fillStyle = backgroundOf(charts[0]?.canvas ?? frame);
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = style.color;
  ctx.textBaseline = 'middle';
  for (const { title, reading, canvas: chart, box, legend } of charts) {
    const x = box.left - left + MARGIN;
    const y = box.top - top + titleRoom(box) + MARGIN;
    ctx.font = `600 ${TITLE_SIZE}px ${style.fontFamily}`;
    ctx.textAlign = 'left';
    ctx.fillText(title, x, y + TITLE_HEIGHT / 2, box.width * 0.65);
    ctx.textAlign = 'right';
    ctx.fillText(reading, x + box.width, y + TITLE_HEIGHT / 2, box.width * 0.35);
    ctx.font = `${LEGEND_SIZE}px ${style.fontFamily}`;
    drawLegend(ctx, legend, x, y + TITLE_HEIGHT, box.width);
    if (chart.width > 0 && chart.height > 0) ctx.drawImage(chart, x, y + headHeight, box.width, box.height);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('This browser cannot make a picture of a canvas'));
      else resolve(blob);
    }, 'image/png');
  });
}

/** Below a title, in one line; what does not fit is left out. */
function drawLegend(
  ctx: CanvasRenderingContext2D,
  legend: ChartImage['legend'],
  left: number,
  top: number,
  width: number,
): void {
  const { fillStyle } = ctx;
  ctx.textAlign = 'left';
  let x = left;
  for (const { text, colour } of legend) {
    const end = x + SWATCH + SWATCH_GAP + ctx.measureText(text).width;
    if (end > left + width) break;
    ctx.fillStyle = colour;
    ctx.fillRect(x, top + (LEGEND_HEIGHT - SWATCH) / 2, SWATCH, SWATCH);
    ctx.fillStyle = fillStyle;
    ctx.fillText(text, x + SWATCH + SWATCH_GAP, top + LEGEND_HEIGHT / 2);
    x = end + LEGEND_GAP;
  }
}

/** The background colour visible behind an element: a picture of light text must be dark. */
function backgroundOf(element: Element): string {
  for (let at: Node | null = element; at !== null; at = seenIn(at)) {
    if (!isElement(at)) continue;
    const { backgroundColor } = getComputedStyle(at);
    if (!/^(?:transparent|rgba\(.*, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  const probe = document.createElement('span');
  probe.style.color = 'Canvas';
  element.after(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function seenIn(node: Node): Node | null {
  return (isElement(node) ? node.assignedSlot : null) ?? parentOf(node);
}
