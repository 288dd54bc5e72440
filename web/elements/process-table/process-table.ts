import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { TableDescriptor } from '../../../shared/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatCell, formatTime } from '../../format.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './process-table.styles.ts';
import { tableView } from './table-view.ts';

/**
 * A table of one moment, such as the processes of then. Knows no columns by name: units say how a cell is written, and which
 * columns stay where there is little room.
 */
@element('process-table')
export class ProcessTable extends LitElement {
  static override styles = [tokens, styles];

  /** What the table is, and its columns. */
  @property({ attribute: false }) descriptor: TableDescriptor | null = null;
  /** The rows, and of when they are. */
  @property({ attribute: false }) table: SampleTable | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { descriptor, table } = this;
    if (descriptor === null || table === null) return nothing;
    const { columns, rows, sortedBy } = tableView(descriptor, table.rows);
    return html`
      <table>
        <caption>
          ${descriptor.label} at ${formatTime(table.timestampMs)}
        </caption>
        <thead>
          <tr>
            ${columns.map(
              ({ label, unit }, index) => html`
                <th
                  scope="col"
                  class=${kindOf(unit)}
                  aria-sort=${ifDefined(index === sortedBy ? 'descending' : undefined)}
                >
                  ${label}
                </th>
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${columns.map(({ unit }, index) => {
                  const text = formatCell(row[index] ?? null, unit);
                  return index === 0
                    ? html`<th scope="row" class=${kindOf(unit)} title=${text}>${text}</th>`
                    : html`<td class=${kindOf(unit)} title=${ifDefined(unit === 'text' ? text : undefined)}>${text}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    `;
  }
}

function kindOf(unit: string): string {
  return unit === 'text' ? 'text' : 'figure';
}

declare global {
  interface HTMLElementTagNameMap {
    'process-table': ProcessTable;
  }
}
