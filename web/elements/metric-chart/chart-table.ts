import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatReading } from '../../locales/format.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { tokens } from '../tokens.styles.ts';
import type { ChartSeries } from './chart-series.ts';
import type { ShownLine } from './shown-line.ts';
import { insideOf, valuesAt } from './shown-points.ts';

interface Row {
  readonly timestampMs: number;
  readonly gap: ShownLine['gaps'][number] | null;
  /** Of each series; of a single one the mean, the lowest and the highest of a step, or the value of a sample. */
  readonly values: readonly (number | null)[];
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
        padding: 0.125rem var(--_space-1);
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
      th + th,
      .value {
        text-align: end;
        white-space: nowrap;
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
  /** The first of the line's, a column each; `null`: there is only one. */
  @property({ attribute: false }) series: readonly ChartSeries[] | null = null;
  @property() unit = '';
  @property({ attribute: false }) timeOf: (timestampMs: number) => string = String;

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult | typeof nothing {
    const { line, series, unit, timeOf } = this;
    if (line === null) return nothing;
    const { tag, messages } = this.#language;
    const { value, mean, lowest, highest } = messages.chart;
    const isOfSteps = insideOf(line)[0]?.high !== undefined;
    const titles = series?.map(({ label }) => label) ?? (isOfSteps ? [mean, lowest, highest] : [value]);
    return html`
      <table>
        <thead>
          <tr>
            <th scope="col">${messages.chart.time}</th>
            ${titles.map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${
            // Without keys: lit's `repeat` leaves a comment behind for each removed row, which is one per sample.
            rowsOf(line, series?.length ?? null).map(({ timestampMs, gap, values }) =>
              gap === null
                ? html`<tr>
                    <th scope="row">${timeOf(timestampMs)}</th>
                    ${values.map(
                      (one) =>
                        html`<td class="value">${one === null ? messages.chart.notKnown : formatReading(one, unit, tag)}</td>`,
                    )}
                  </tr>`
                : html`<tr>
                    <td class="gap" colspan=${titles.length + 1}>
                      ${messages.chart.gap(gap.label, timeOf(gap.fromMs), timeOf(gap.toMs))}
                    </td>
                  </tr>`,
            )
          }
        </tbody>
      </table>
    `;
  }
}

/**
 * Newest first. Unknown values appear as part of their gap.
 * @param count of series with a column each; `null`: there is only one
 */
function rowsOf(line: ShownLine, count: number | null): Row[] {
  const { gaps, fromMs, toMs, first } = line;
  const shown = gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs);
  const isInGap = (timestampMs: number): boolean =>
    shown.some((gap) => timestampMs >= gap.fromMs && timestampMs <= gap.toMs);
  const samples = insideOf(line)
    .map(({ x, y, low, high }, index) => ({
      timestampMs: x,
      gap: null,
      values:
        count === null
          ? (low === undefined || high === undefined ? [y] : [y, low, high]).map((value) =>
              Number.isNaN(value) ? null : value,
            )
          : valuesAt(line, count, first + index),
    }))
    .filter(({ timestampMs, values }) => values.some((value) => value !== null) || !isInGap(timestampMs));
  const holes = shown.map((gap) => ({ timestampMs: (gap.fromMs + gap.toMs) / 2, gap, values: [] }));
  return [...samples, ...holes].toSorted((one, other) => other.timestampMs - one.timestampMs);
}

declare global {
  interface HTMLElementTagNameMap {
    'chart-table': ChartTable;
  }
}
