import { css, html, type TemplateResult } from 'lit';
import { tokens } from '../../../elements/tokens.styles.ts';
import type { Hue } from '../../../elements/metric-chart/chart-series.ts';
import type { Row } from '../board-lists.ts';
import { canvasStyles, type Surface } from '../canvas/canvas-controller.ts';
import { paintArea, scaleTop } from '../canvas/paint-area.ts';
import { axisOf, binCountOf, TimeBins } from '../canvas/time-bins.ts';
import { BoardList } from './board-list.ts';
import { listStyles, rowStyles } from './list.styles.ts';

/** CSS pixels above and below the line of a row. */
const INSET = 3;
/** bytes/s; what is less is as good as nothing. */
const LEAST_TOP = 1024;

/** Things through which something goes in two directions: a small mirrored line for each, all with one scale on one canvas. */
export abstract class TrafficList extends BoardList {
  static override styles = [
    tokens,
    listStyles,
    rowStyles,
    canvasStyles,
    css`
      canvas {
        /* In the second column of all rows. */
        position: absolute;
        inset: 0;
        grid-column: 2 / 3;
        width: 100%;
        height: 100%;
        pointer-events: none;
      }
      .name {
        grid-column: 1;
      }
      .first {
        grid-column: 3;
      }
      /* Chromium puts it into the first card of a printed page. */
      @media print {
        canvas {
          display: none;
        }
      }
    `,
  ];

  protected override readonly most = 6;
  protected abstract readonly hue: Hue;
  /** Last parts of the metrics that are drawn above and below. */
  protected abstract readonly directions: readonly [up: string, down: string];

  /** Of both directions. */
  protected throughputOf({ metrics }: Row): number | null {
    return this.readSum(this.directions.flatMap((name) => metrics.get(name)?.column ?? []));
  }

  protected override weightOf(row: Row): number {
    return this.throughputOf(row) ?? 0;
  }

  protected rowsWithLines(rows: readonly Row[], view: (row: Row) => unknown): TemplateResult {
    return html`
      <div class="rows">
        <canvas aria-hidden="true"></canvas>
        <ul>
          ${this.rowsView(rows, view)}
        </ul>
      </div>
    `;
  }

  protected override paint({ ctx, width, height, colours }: Surface): void {
    const { context, shown } = this;
    const axis = context === null ? null : axisOf(context);
    if (context === null || axis === null) return;
    const { samples, announcement } = context.buffer;
    const { intervalMs } = announcement;
    const bins = new TimeBins(samples, axis, intervalMs, binCountOf(axis, intervalMs, width));
    const lines = shown.map(({ metrics }) =>
      this.directions.map((name) => {
        const column = metrics.get(name)?.column;
        return bins.means(column === undefined ? [] : [column]);
      }),
    );
    const max = scaleTop(lines.flat(), LEAST_TOP);
    const rowHeight = height / shown.length;
    const reach = rowHeight / 2 - INSET;
    const first = colours.hues[this.hue];
    const second = colours.seconds[this.hue] ?? first;
    for (const [row, [up, down]] of lines.entries()) {
      const middle = (row + 0.5) * rowHeight;
      ctx.fillStyle = colours.rule;
      ctx.fillRect(0, middle - 0.5, width, 1);
      const box = { left: 0, width, height: reach };
      if (up !== undefined) paintArea(ctx, up, { ...box, top: middle - reach }, { colour: first, max });
      if (down !== undefined)
        paintArea(ctx, down, { ...box, top: middle }, { colour: second, max, isBelow: true });
    }
  }
}
