import { BLOCK_ROWS, newBlock, TimeWindow } from '../../shared/time-window.ts';

/** A window whose columns come and go, and whose rows are added up: what only an agent asks of it, and pages need not load. */
export class RingWindow extends TimeWindow {
  /** What the rows take, in bytes. */
  get bytes(): number {
    return this.blocks.reduce((sum, { cells }) => sum + cells.byteLength, 0);
  }

  /**
   * Adds the known values of `columns` in a row to `sums`, times `weight`, and `weight` to `weights`, both in the order of `columns`.
   * @throws RangeError outside the rows held.
   */
  addTo(
    sums: Float64Array,
    weights: Float64Array,
    { row, columns, weight }: { row: number; columns: readonly number[]; weight: number },
  ): void {
    const { cells, stride } = this.blockOf(row);
    const at = ((this.start + row) % BLOCK_ROWS) * stride + 1;
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index] ?? 0;
      const value = column + 1 < stride ? (cells[at + column] ?? Number.NaN) : Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[index] = (sums[index] ?? 0) + value * weight;
      weights[index] = (weights[index] ?? 0) + weight;
    }
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
