import type { Surface } from './canvas-controller.ts';

/** More rows than this are put together, the highest of each group. */
export const MAX_ROWS = 24;
/** Rows of at least as many CSS pixels have a line between them. */
const MIN_PARTED = 6;
/** Lets small values be told apart. */
const GAMMA = 0.85;

export interface HeatRow {
  /** Percent for each bin; NaN: not known, and left empty. */
  readonly values: Float64Array;
  readonly colour: string;
}

/** Puts rows together where there are more than fit. */
export function groupRows(rows: readonly HeatRow[], most = MAX_ROWS): readonly HeatRow[] {
  if (rows.length <= most) return rows;
  return Array.from({ length: most }, (_, group): HeatRow => {
    const members = rows.slice(
      Math.floor((group * rows.length) / most),
      Math.floor(((group + 1) * rows.length) / most),
    );
    const [first] = members;
    const values = new Float64Array(first?.values.length ?? 0).fill(Number.NaN);
    for (const { values: others } of members)
      for (const [bin, value] of others.entries())
        if (!Number.isNaN(value) && !((values[bin] ?? Number.NaN) >= value)) values[bin] = value;
    return { values, colour: first?.colour ?? '' };
  });
}

/** A row of cells for each, from top to bottom; a stronger colour is a higher value. One image, whatever the number of cells. */
export function paintHeat({ ctx, width, height, colours }: Surface, all: readonly HeatRow[]): void {
  const rows = groupRows(all);
  const count = rows[0]?.values.length ?? 0;
  if (count < 2) return;
  const image = new ImageData(count, rows.length);
  const base = channelsOf(colours.base);
  for (const [row, { values, colour }] of rows.entries()) {
    const full = channelsOf(colour);
    for (const [bin, value] of values.entries()) {
      if (Number.isNaN(value)) continue;
      const share = Math.min(1, Math.max(0, value / 100)) ** GAMMA;
      const at = (row * count + bin) * 4;
      for (const channel of [0, 1, 2]) {
        const from = base[channel] ?? 0;
        image.data[at + channel] = from + ((full[channel] ?? 0) - from) * share;
      }
      image.data[at + 3] = 255;
    }
  }
  const cells = (cellCanvas ??= document.createElement('canvas'));
  cells.width = count;
  cells.height = rows.length;
  cells.getContext('2d')?.putImageData(image, 0, 0);
  // The first and last cells are centred on the ends of the axis.
  const cell = width / (count - 1);
  ctx.imageSmoothingEnabled = false;
  const rowHeight = height / rows.length;
  if (rowHeight < MIN_PARTED) {
    ctx.drawImage(cells, -cell / 2, 0, count * cell, height);
    return;
  }
  for (let row = 0; row < rows.length; row += 1) {
    const gap = row === rows.length - 1 ? 0 : 1;
    ctx.drawImage(cells, 0, row, count, 1, -cell / 2, row * rowHeight, count * cell, rowHeight - gap);
  }
}

let cellCanvas: HTMLCanvasElement | undefined;
let probe: CanvasRenderingContext2D | null = null;
const known = new Map<string, readonly [number, number, number]>();

/** Red, green and blue of any CSS colour, 0 to 255. */
function channelsOf(colour: string): readonly [number, number, number] {
  const before = known.get(colour);
  if (before !== undefined) return before;
  probe ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (probe === null) return [0, 0, 0];
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  const channels = [red, green, blue] as const;
  known.set(colour, channels);
  return channels;
}
