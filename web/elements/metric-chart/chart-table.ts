import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatReading, formatTime } from '../../locales/format.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import type { ShownLine } from './chart-plot.ts';

interface Row {
  readonly timestampMs: number;
  readonly gap: ShownLine['gaps'][number] | null;
  readonly value: number | null;
}

/** The samples and gaps of a chart, newest first. */
@element('chart-table')
export class ChartTable extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        overflow: auto;
        background: var(--_surface);
        font-size: var(--_size-small);
        font-variant-numeric: tabular-nums;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 0.125rem var(--_space-2);
        border-block-end: 1px solid var(--_border);
        text-align: start;
        font-weight: inherit;
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        color: var(--_text-muted);
        background: var(--_surface);
      }
      th:last-child,
      .value {
        text-align: end;
      }
      tbody th {
        text-align: start;
      }
      .gap {
        color: var(--_text-muted);
        font-style: italic;
      }
    `,
  ];

  @property({ attribute: false }) line: ShownLine | null = null;
  @property() unit = '';

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult | typeof nothing {
    const { line, unit } = this;
    if (line === null) return nothing;
    const { tag, messages } = this.#language;
    return html`
      <table>
        <thead>
          <tr>
            <th scope="col">${messages.chart.time}</th>
            <th scope="col">${messages.chart.value}</th>
          </tr>
        </thead>
        <tbody>
          ${
            // Without keys: lit's `repeat` leaves a comment behind for each removed row, which is one per sample.
            rowsOf(line).map(({ timestampMs, gap, value }) =>
              gap === null
                ? html`<tr>
                    <th scope="row">${formatTime(timestampMs, tag)}</th>
                    <td class="value">${value === null ? messages.chart.notKnown : formatReading(value, unit, tag)}</td>
                  </tr>`
                : html`<tr>
                    <td class="gap" colspan="2">
                      ${messages.chart.gap(gap.label, formatTime(gap.fromMs, tag), formatTime(gap.toMs, tag))}
                    </td>
                  </tr>`,
            )
          }
        </tbody>
      </table>
    `;
  }
}

/** Newest first. Unknown values appear as part of their gap. */
function rowsOf({ inside, gaps, fromMs, toMs }: ShownLine): Row[] {
  const shown = gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs);
  const isInGap = (timestampMs: number): boolean =>
    shown.some((gap) => timestampMs >= gap.fromMs && timestampMs <= gap.toMs);
  const samples = inside
    .map(({ x, y }) => ({ timestampMs: x, gap: null, value: Number.isNaN(y) ? null : y }))
    .filter(({ timestampMs, value }) => value !== null || !isInGap(timestampMs));
  const holes = shown.map((gap) => ({ timestampMs: (gap.fromMs + gap.toMs) / 2, gap, value: null }));
  return [...samples, ...holes].toSorted((one, other) => other.timestampMs - one.timestampMs);
}

declare global {
  interface HTMLElementTagNameMap {
    'chart-table': ChartTable;
  }
}
