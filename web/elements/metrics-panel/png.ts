import type { ChartPicture } from '../metric-chart/metric-chart.ts';

const TITLE_SIZE = 14;
const TITLE_HEIGHT = 28;
const MARGIN = 16;

/**
 * The charts as one picture, in the places and colours that they have on the screen, at its resolution.
 * @param frame element whose text colour and font are taken, and whose background if it has one
 * @throws Error when the browser cannot make a picture
 */
export async function pngOf(charts: readonly ChartPicture[], frame: Element): Promise<Blob> {
  const left = Math.min(...charts.map(({ box }) => box.left));
  const top = Math.min(...charts.map(({ box }) => box.top));
  const width = Math.max(...charts.map(({ box }) => box.right)) - left + 2 * MARGIN;
  const height = Math.max(...charts.map(({ box }) => box.bottom)) - top + TITLE_HEIGHT + 2 * MARGIN;
  const scale = devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('This browser gives no canvas to draw on');
  const style = getComputedStyle(frame);
  ctx.scale(scale, scale);
  ctx.fillStyle = 'white';
  ctx.fillStyle = style.getPropertyValue('background-color');
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = style.color;
  ctx.textBaseline = 'middle';
  for (const { title, reading, canvas: chart, box } of charts) {
    const x = box.left - left + MARGIN;
    const y = box.top - top + MARGIN;
    ctx.font = `600 ${TITLE_SIZE}px ${style.fontFamily}`;
    ctx.textAlign = 'left';
    ctx.fillText(title, x, y + TITLE_HEIGHT / 2, box.width * 0.65);
    ctx.textAlign = 'right';
    ctx.fillText(reading, x + box.width, y + TITLE_HEIGHT / 2, box.width * 0.35);
    if (chart.width > 0 && chart.height > 0) ctx.drawImage(chart, x, y + TITLE_HEIGHT, box.width, box.height);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('This browser cannot make a picture of a canvas'));
      else resolve(blob);
    }, 'image/png');
  });
}
