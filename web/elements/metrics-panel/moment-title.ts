import type { Series } from '../../../shared/messages.ts';
import { formatReading, formatTime } from '../../format.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';

/** `CPU at 14:03:22: 12.3 %`: what was chosen. */
export function momentTitle(
  timestampMs: number,
  series: Series,
  value: number | null,
  { tag, words }: Language,
): string {
  const reading = value === null ? words.chart.notKnown : formatReading(value, series.unit, tag);
  return words.moment.title(labelOf(series, words), formatTime(timestampMs, tag), reading);
}
