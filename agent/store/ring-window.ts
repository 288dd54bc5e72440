import { BLOCK_ROWS, newBlock, TimeWindow } from '../../shared/time-window.ts';

/** A window whose columns come and go. Only the agent needs that, so pages do not load it. */
export class RingWindow extends TimeWindow {
  /** What the rows take, in bytes. */
  get bytes(): number {
    return this.blocks.reduce((sum, { cells }) => sum + cells.byteLength, 0);
  }

  /** Adds columns up to `width`; their values in the rows held are not known. */
  widen(width: number): void {
    if (width <= this.columns) return;
    this.columns = width;
    const last = this.blocks.pop();
    if (last === undefined) return;
    const wider = newBlock(width + 1);
    for (let row = 0; row < BLOCK_ROWS; row += 1) {
      const from = row * last.stride;
      wider.cells.set(last.cells.subarray(from, from + last.stride), row * wider.stride);
    }
    this.blocks.push(wider);
  }

  /** Makes the values of a column in all rows held not known. */
  forgetColumn(column: number): void {
    for (const { cells, stride } of this.blocks) {
      if (column + 1 >= stride) continue;
      for (let at = 1 + column; at < cells.length; at += stride) cells[at] = Number.NaN;
    }
  }
}
