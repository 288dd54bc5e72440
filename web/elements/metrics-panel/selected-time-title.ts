import { formatReading, formatTime } from '../../format.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { SeriesBuffer } from './series-buffer.ts';

/**
 * `CPU at 14:03:22: 12.3 %`: what was chosen in a column of a picture, in the language of when it is asked; `null` where there is no
 * sample of that time.
 */
export function selectedTimeTitleOf(
  { window, announcement }: SeriesBuffer,
  column: number,
  timestampMs: number,
  language: Language,
): (() => string) | null {
  const row = Array.from({ length: window.length }, (_, index) => window.timestampAt(index)).indexOf(
    timestampMs,
  );
  const series = announcement.series[column];
  if (row < 0 || series === undefined) return null;
  const value = window.valueAt(column, row);
  return () => {
    const { tag, messages } = language;
    const reading = value === null ? messages.chart.notKnown : formatReading(value, series.unit, tag);
    return messages.selectedTime.title(labelOf(series, messages), formatTime(timestampMs, tag), reading);
  };
}
