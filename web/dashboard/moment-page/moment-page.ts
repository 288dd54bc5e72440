import { formatCount, formatDuration, formatReading } from '../../locales/format.ts';
import { formatMoment, precisionOf } from '../../locales/format-moment.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { Point } from '../../charts/gaps.ts';
import type { Row } from '../../elements/process-table/table-view.ts';
import { rangeText } from '../time-chip/range-text.ts';
import { chartPicture } from './moment-chart.ts';
import { markup, Markup } from './markup.ts';
import { momentMessages } from './moment-messages.ts';
import type { MomentParts } from './moment-parts.ts';
import { STYLES, STYLES_HASH } from './moment-styles.ts';
import type { Moment, MomentChart, MomentChoice } from './moment.ts';

/** No larger than this, so that it can be sent by mail and in a chat. */
export const MOST_BYTES = 500_000;
/** Columns of a chart, each with two points of a line: as many as leave the file small enough. */
const COLUMNS = [440, 300, 200, 140, 100, 70, 50] as const;
const MOST_PROCESSES = 100;
const MOST_ARGUMENTS = 300;
const MINUTE_MS = 60_000;

/** A moment as one HTML file. */
export interface MomentPage {
  readonly html: string;
  readonly bytes: number;
  /** Time that a column of the charts stands for; `null`: they have all points. */
  readonly columnMs: number | null;
  /** Whether it is no larger than `MOST_BYTES`. */
  readonly fits: boolean;
}

/**
 * The page that shows a moment: without scripts, and it may load nothing. What is not chosen is not in it. Large ones have lines of fewer points, which
 * still have the lowest and the highest.
 */
export function momentPageOf(
  moment: Moment,
  choice: MomentChoice,
  language: Language,
  parts: Pick<MomentParts, 'drawing' | 'tables'>,
): MomentPage {
  const charts = moment.charts.filter(({ id }) => !choice.without.has(id));
  const mostPoints = Math.max(
    0,
    ...charts.flatMap(({ line }) => line.series.map(({ points }) => points.length)),
  );
  let page: MomentPage | undefined;
  for (const columns of COLUMNS) {
    const columnMs = mostPoints / 2 > columns ? (moment.toMs - moment.fromMs) / columns : null;
    const html = documentOf(moment, charts, choice, columns, columnMs, language, parts);
    const bytes = new Blob([html]).size;
    page = { html, bytes, columnMs, fits: bytes <= MOST_BYTES };
    if (page.fits) break;
  }
  if (page === undefined) throw new Error('no columns');
  return page;
}

function documentOf(
  moment: Moment,
  charts: readonly MomentChart[],
  choice: MomentChoice,
  columns: number,
  columnMs: number | null,
  language: Language,
  parts: Pick<MomentParts, 'drawing' | 'tables'>,
): string {
  const messages = momentMessages(language);
  const { fromMs, toMs } = moment;
  // It may be opened in another year.
  const stretch = rangeText({ fromMs, toMs }, language.tag, 0);
  const host = choice.host ? moment.host : null;
  const title = host ?? messages.title;
  const sentence = choice.host ? moment.sentence.named : moment.sentence.unnamed;
  const policy = `default-src 'none'; style-src '${STYLES_HASH}'; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="${language.spoken}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title} · ${stretch}</title><style>${new Markup(STYLES)}</style></head>
<body><main><h1><bdi>${title}</bdi></h1><p class="what">${stretch} · ${messages.times(offsetOf(toMs))}</p>
${choice.sentence ? [markup`<p class="sentence">${sentence}</p>`] : []}
${choice.facts && moment.facts.length > 0 ? [factsView(moment)] : []}
<svg width="0" height="0" aria-hidden="true"><pattern id="gap" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 8 8 0"/></pattern></svg>
<div class="cards">${charts.map((chart) => chartView(chart, choice.marks, columns, language, parts.drawing))}</div>
${choice.marks && moment.marks.length > 0 ? [marksView(moment, language)] : []}
${choice.processes && moment.processes !== null ? [processesView(moment.processes, choice, language, parts.tables)] : []}
<p class="note">${columnMs === null ? messages.whole : messages.reduced(stepText(columnMs, language))} ${messages.made}</p>
</main></body></html>
`.text;
}

/** How long a column is, for people. */
export function stepText(columnMs: number, { tag }: Language): string {
  return columnMs < MINUTE_MS ? formatReading(columnMs / 1000, 's', tag) : formatDuration(columnMs, tag);
}

function factsView({ facts }: Moment): Markup {
  return markup`<dl>${facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}

function chartView(
  chart: MomentChart,
  hasMarks: boolean,
  columns: number,
  language: Language,
  drawing: MomentParts['drawing'],
): Markup {
  const messages = momentMessages(language);
  const { title, caption, hasNotice, reading, labels, fired } = chart;
  const { line } = chart;
  const { unit, series, gaps, fromMs, toMs } = line;
  const { tag } = language;
  const write = (value: number | null): string => formatReading(value, unit, tag);
  const precision = precisionOf(fromMs, toMs, 0);
  const span = (from: number, to: number, what: string): string =>
    `${[from, to].map((timeMs) => formatMoment(timeMs, precision, tag)).join(' – ')} ${what}`;
  const rows = series.map(({ points }, index) => ({
    label: labels[index] ?? title,
    ...statisticsOf(points),
  }));
  const gapTexts = gaps.map((gap) => span(Math.max(fromMs, gap.fromMs), Math.min(toMs, gap.toMs), gap.label));
  const firedTexts = hasMarks
    ? fired.map((one) => span(Math.max(fromMs, one.fromMs), Math.min(toMs, one.toMs ?? toMs), one.label))
    : [];
  const shown = hasNotice && !hasMarks ? '' : caption;
  const description = [
    `${title}${messages.colon}${reading}`,
    ...rows.map(({ label, lowest, highest }) => `${label} ${write(lowest)} – ${write(highest)}`),
    ...gapTexts,
  ].join('; ');
  return markup`<figure><div class="head"><h2><bdi>${title}</bdi></h2><small class="${
    hasNotice ? 'notice' : ''
  }">${shown}</small><b>${reading}</b></div>${
    series.length > 1
      ? [
          markup`<ul class="legend">${rows.map(
            ({ label, newest }, index) =>
              markup`<li><i class="${line.arrangement} ${series[index]?.hue ?? ''} ${series[index]?.shade ?? ''}"></i><bdi>${label}</bdi> <b>${write(newest)}</b></li>`,
          )}</ul>`,
        ]
      : []
  }${chartPicture(line, description, columns, drawing)}<details><summary>${messages.values}</summary><table><thead><tr><th scope="col">${messages.series}</th>${[
    messages.newest,
    messages.lowest,
    messages.mean,
    messages.highest,
  ].map((name) => markup`<th scope="col" class="n">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ({ label, newest, lowest, mean, highest }) =>
      markup`<tr><th scope="row">${label}</th>${[newest, lowest, mean, highest].map(
        (value) => markup`<td class="n">${write(value)}</td>`,
      )}</tr>`,
  )}</tbody></table>${listOf(messages.gaps, gapTexts)}${listOf(messages.fired, firedTexts)}</details></figure>`;
}

function listOf(title: string, texts: readonly string[]): readonly Markup[] {
  return texts.length === 0
    ? []
    : [markup`<p>${title}</p><ul class="list">${texts.map((text) => markup`<li>${text}</li>`)}</ul>`];
}

interface Statistics {
  readonly newest: number | null;
  readonly lowest: number | null;
  readonly mean: number | null;
  readonly highest: number | null;
}

/** Of all points, also of those that are not drawn; `null`: not known. */
function statisticsOf(points: readonly Point[]): Statistics {
  let [count, sum, lowest, highest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y, low = y, high = y } of points) {
    if (Number.isNaN(y)) continue;
    count += 1;
    sum += y;
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
  }
  const last = points.at(-1)?.y ?? Number.NaN;
  const newest = Number.isNaN(last) ? null : last;
  return count === 0
    ? { newest, lowest: null, mean: null, highest: null }
    : { newest, lowest, mean: sum / count, highest };
}

function marksView({ marks, fromMs, toMs }: Moment, language: Language): Markup {
  const precision = precisionOf(fromMs, toMs, 0);
  return markup`<h2>${momentMessages(language).marks}</h2><ul class="list">${marks.map(
    ({ timestampMs, level, label }) =>
      markup`<li class="${level}">${formatMoment(timestampMs, precision, language.tag)} <bdi>${label}</bdi></li>`,
  )}</ul>`;
}

function processesView(
  { descriptor, table }: NonNullable<Moment['processes']>,
  choice: MomentChoice,
  language: Language,
  { cellText, tableMessages, tableView }: MomentParts['tables'],
): Markup {
  const messages = momentMessages(language);
  const isSent = (name: string): boolean => name !== 'user' || choice.users;
  const sent = descriptor.columns.map(({ name }) => isSent(name));
  const described = { ...descriptor, columns: descriptor.columns.filter((_, index) => sent[index]) };
  const argumentsAt = choice.arguments
    ? descriptor.columns.findIndex(({ name }) => name === 'arguments')
    : -1;
  const sources = new Map<Row, Row>(table.rows.map((row) => [row.filter((_, index) => sent[index]), row]));
  const { columns, rows, sourceOf } = tableView(described, [...sources.keys()]);
  const shown = rows.slice(0, MOST_PROCESSES);
  const isNumber = (unit: string): boolean => unit !== 'text';
  const time = formatMoment(
    table.timestampMs,
    precisionOf(table.timestampMs, table.timestampMs, 0),
    language.tag,
  );
  const argumentsTitle = descriptor.columns[argumentsAt]?.label;
  const count = (number: number): string => formatCount(number, language.tag).text;
  return markup`<h2>${messages.processesAt(time)}</h2><div class="box" tabindex="0" role="region" aria-label="${messages.processesAt(time)}"><table><thead><tr>${columns.map(
    ({ label, unit }) =>
      markup`<th scope="col" class="${isNumber(unit) ? 'n' : ''}">${label === '' ? tableMessages(language).place : translate(label, language.messages)}</th>`,
  )}${argumentsTitle === undefined ? [] : [markup`<th scope="col">${translate(argumentsTitle, language.messages)}</th>`]}</tr></thead><tbody>${shown.map(
    (row) =>
      markup`<tr>${row.map((cell, index) => {
        const column = columns[index];
        const text = column === undefined ? '' : cellText(cell, column, language);
        return index === 0
          ? markup`<th scope="row">${text}</th>`
          : markup`<td class="${isNumber(column?.unit ?? '') ? 'n' : ''}">${text}</td>`;
      })}${
        argumentsAt < 0
          ? []
          : [
              markup`<td>${String(sources.get(sourceOf(row))?.[argumentsAt] ?? '').slice(0, MOST_ARGUMENTS)}</td>`,
            ]
      }</tr>`,
  )}</tbody></table>${
    rows.length > shown.length
      ? [markup`<p class="what">${messages.notAll(count(shown.length), count(rows.length))}</p>`]
      : []
  }</div>`;
}

/** `+01:00`, as the reader's clock has it at that time. */
function offsetOf(timeMs: number): string {
  const minutes = -new Date(timeMs).getTimezoneOffset();
  const of = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${minutes < 0 ? '−' : '+'}${of(Math.abs(minutes) / 60)}:${of(Math.abs(minutes) % 60)}`;
}
