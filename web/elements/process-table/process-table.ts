import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { TableDescriptor } from '../../../shared/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { formatTime } from '../../format.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { styles } from './process-table.styles.ts';
import { cellText, tableView } from './table-view.ts';

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

  readonly #language = new LanguageController(this);

  protected override render(): TemplateResult | typeof nothing {
    const { descriptor, table } = this;
    if (descriptor === null || table === null) return nothing;
    const { tag, words } = this.#language;
    const { columns, rows, sortedBy } = tableView(descriptor, table.rows);
    return html`
      <table>
        <caption>
          ${words.table.caption(translate(descriptor.label, words), formatTime(table.timestampMs, tag))}
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
                  ${translate(label, words)}
                </th>
              `,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${columns.map((column, index) => {
                  const { unit } = column;
                  const text = cellText(row[index] ?? null, column, this.#language);
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
