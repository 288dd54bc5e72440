import { formatReading, formatTime } from '../../../locales/format.ts';
import { labelOf } from '../../../locales/agent-texts.ts';
import type { Language } from '../../../locales/languages.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';

/**
 * Returns a function that gives `CPU at 14:03:22: 12.3 %` in the reader's current language; `null` if the buffer has no sample of
 * that time. Loaded with the charts, since they read out times even without tables.
 */
export function selectedTimeTitleOf(
  { samples, announcement }: SeriesBuffer,
  column: number,
  timestampMs: number,
  language: Language,
): (() => string) | null {
  const row = Array.from({ length: samples.length }, (_, index) => samples.timestampAt(index)).indexOf(
    timestampMs,
  );
  const series = announcement.series[column];
  if (row < 0 || series === undefined) return null;
  const value = samples.valueAt(column, row);
  return () => {
    const { tag, messages } = language;
    const reading = value === null ? messages.chart.notKnown : formatReading(value, series.unit, tag);
    return messages.selectedTime.title(labelOf(series, messages), formatTime(timestampMs, tag), reading);
  };
}
