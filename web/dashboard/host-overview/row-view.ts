import { html, nothing, render, type TemplateResult } from 'lit';
import type { ListedHost } from '../../state/host-list.ts';
import { toneOf, type Reading } from '../../state/host-mark.ts';
import type { HostReadings, RecentValues } from './host-readings.ts';
import { markShape } from './host-shapes.ts';
import { diskBar, numberView, pressureTone, valuesOf, type HostValues } from './host-values.ts';
import { quietText, whyOf, type Words } from './host-words.ts';
import { mirrored, sparkline, topOf } from './sparkline.ts';

/** What rows and cards show beside the host itself. */
export interface HostContext {
  readonly words: Words;
  readonly readings: HostReadings;
  /** The reader chooses hosts to compare. */
  readonly isChoosing: boolean;
  /** Ids. */
  readonly chosen: ReadonlySet<string>;
  /** As many as can be compared. */
  readonly isFull: boolean;
  readonly hrefOf: (id: string) => string;
}

const LEAST_PRESSURE = 20;
const LEAST_BYTES = 100_000;

/** The head of the table and the cells of a row are in this order. */
export const COLUMNS = ['host', 'state', 'cpu', 'memory', 'disk', 'network', 'pressure'] as const;

/** Renders the cells of a host's row. */
export function renderRow(row: HTMLElement, host: ListedHost, context: HostContext, isNarrow: boolean): void {
  render(isNarrow ? narrowCells(host, context) : wideCells(host, context), row);
}

/** Nothing is known of it: it has no numbers. */
export function isBlank({ mark, summary }: ListedHost): boolean {
  return mark === 'unknown' && summary.ts === null;
}

function wideCells(host: ListedHost, context: HostContext): TemplateResult {
  const { summary, mark } = host;
  const { words } = context;
  const recent = context.readings.of(summary.id);
  const values = valuesOf(summary, recent);
  const cell = (reading: Reading): TemplateResult =>
    isBlank(host)
      ? html`<div role="gridcell" class="cell blank">–</div>`
      : html`<div role="gridcell" class="cell">
          ${readingLine(reading, host, recent)}
          <span class="reading"
            >${reading === 'disk' && values.disk !== null ? html`<span class="what">${values.disk.name}</span> ` : nothing}${numberView(reading, summary, values, words)}</span
          >
        </div>`;
  const why = whyOf(host, words);
  return html`
    <div role="rowheader" class="host">
      ${chooseView(host, context)}${markShape(mark)}<span class="said">${words.messages.marks[mark]}, </span>${linkView(host, context)}
      <span class="labels" title=${labelsText(host, true)}>${labelsText(host, false)}</span>
    </div>
    <div role="gridcell" class="why ${mark}" title=${why || nothing}><span>${why || quietText(summary, words)}</span></div>
    ${cell('cpu')} ${cell('memory')} ${cell('disk')} ${cell('network')} ${cell('pressure')}
  `;
}

/** Name and state, and one reading: what is beyond its limit, else CPU. */
function narrowCells(host: ListedHost, context: HostContext): TemplateResult {
  const { summary, mark } = host;
  const { words } = context;
  const { messages } = words;
  const recent = context.readings.of(summary.id);
  const values = valuesOf(summary, recent);
  const reading =
    (['memory', 'disk', 'pressure', 'network'] as const).find((one) => toneOf(one, summary) !== null) ??
    'cpu';
  return html`
    <div role="rowheader" class="host">
      ${chooseView(host, context)}${markShape(mark)}<span class="said">${messages.marks[mark]}, </span>
      <span class="two"
        >${linkView(host, context)}<span class="why ${mark}"><span>${whyOf(host, words, true) || calmLine(host, values, words)}</span></span></span
      >
    </div>
    ${
      isBlank(host)
        ? html`<div role="gridcell" class="cell blank">–</div>`
        : html`<div role="gridcell" class="cell">
            ${readingLine(reading, host, recent)}
            <span class="reading"
              >${numberView(reading, summary, values, words)}<span class="what"
                >${reading === 'disk' && values.disk !== null ? values.disk.name : messages.readings[reading]}</span
              ></span
            >
          </div>`
    }
  `;
}

/** What a narrow row has no column for. */
function calmLine({ summary }: ListedHost, values: HostValues, words: Words): TemplateResult | string {
  if (values.memory === null && values.disk === null) return quietText(summary, words);
  return html`${words.messages.readings.memory} ${numberView('memory', summary, values, words)}${values.disk === null ? nothing : html` · ${values.disk.name} ${numberView('disk', summary, values, words)}`}`;
}

/** The line of a reading, or the bar of the disk. */
export function readingLine(
  reading: Reading,
  { summary, mark }: ListedHost,
  recent: RecentValues | undefined,
): TemplateResult {
  const isDown = mark === 'down';
  const lines = recent?.lines;
  if (reading === 'disk') return diskBar(summary);
  if (reading === 'network')
    return mirrored(lines?.receive, lines?.send, {
      max: topOf([lines?.receive, lines?.send], LEAST_BYTES),
      isDown,
    });
  if (reading === 'pressure')
    return sparkline(lines?.pressure, pressureTone(summary), {
      max: topOf([lines?.pressure], LEAST_PRESSURE),
      isDown,
    });
  return sparkline(lines?.[reading], reading, { max: 100, isDown });
}

/** The name, which leads to the host. Rows have the focus, so links in them do not. */
export function linkView(
  { summary }: ListedHost,
  { hrefOf, words }: HostContext,
  tabIndex = -1,
): TemplateResult {
  return html`<a href=${hrefOf(summary.id)} data-host=${summary.id} tabindex=${tabIndex}>${words.nameOf(summary)}</a>`;
}

export function chooseView(
  { summary }: ListedHost,
  { isChoosing, chosen, isFull, words }: HostContext,
  tabIndex = -1,
): TemplateResult | typeof nothing {
  if (!isChoosing) return nothing;
  const { id } = summary;
  return html`<input
    type="checkbox"
    data-choose=${id}
    tabindex=${tabIndex}
    aria-label=${words.messages.choose(words.nameOf(summary))}
    .checked=${chosen.has(id)}
    ?disabled=${isFull && !chosen.has(id)}
  />`;
}

/** Values alone, because keys repeat in each row; whole labels where there is room. */
export function labelsText({ summary: { labels = {} } }: ListedHost, isWhole: boolean): string {
  return Object.entries(labels)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => (isWhole ? `${key}=${value}` : value))
    .join(' ');
}
