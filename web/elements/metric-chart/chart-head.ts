import { html, nothing, type TemplateResult } from 'lit';
import type { GapSpan } from '../../charts/gaps.ts';
import { formatExtremes, formatMoment } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import type { ChartData } from './chart-data.ts';
import type { ChartNotice } from './chart-series.ts';

export interface Caption {
  /** Facts, what needs attention, or the time of the reading. */
  readonly kind: 'fact' | 'notice' | 'as-of';
  readonly text: string;
  readonly level?: ChartNotice['level'];
}

export interface CaptionedChart {
  readonly caption: string;
  readonly notice: ChartNotice | null;
  readonly unit: string;
  readonly headUnit: string | null;
  readonly stale: boolean;
  readonly frozen: boolean;
  readonly span: GapSpan | null;
}

/**
 * The time of what is read, else what needs attention, else facts.
 * @param read index of the point that is read; `null`: none
 * @param alertText what was the matter at that point, or at the newest; empty: nothing
 */
export function captionOf(
  chart: CaptionedChart,
  { line, headIndex, newest }: ChartData,
  read: number | null,
  alertText: string,
  { tag, messages }: Language,
): Caption {
  const { caption, notice, unit, headUnit, stale, frozen, span } = chart;
  // What was the matter in a stretch of the past matters more than where it ends, which the time axis says.
  const isOld = stale || (frozen && (notice === null || span === null));
  const timed = read ?? (isOld ? newest : null);
  if (timed === null) {
    if (notice !== null) return { kind: 'notice', ...notice };
    return alertText === '' ? { kind: 'fact', text: caption } : { kind: 'as-of', text: alertText };
  }
  const { x = 0 } = line.times[timed] ?? {};
  const { low, high } = line.series[headIndex ?? -1]?.[timed] ?? {};
  const text = [
    messages.chart.at(formatMoment(x, line.precision, tag)),
    formatExtremes(low, high, headUnit ?? unit, tag),
    alertText,
  ];
  return { kind: 'as-of', text: text.filter(Boolean).join(messages.separator.list) };
}

/** What stands beside the title of a card. @param glyph before its text */
export function captionView(
  { kind, text }: Caption,
  glyph: TemplateResult | typeof nothing | undefined,
): TemplateResult {
  return html`<span class="caption ${kind}" part="caption" title=${text === '' ? nothing : text}
    >${glyph}${text}</span
  >`;
}
