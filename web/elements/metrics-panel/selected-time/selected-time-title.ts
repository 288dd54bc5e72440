import { formatReading } from '../../../locales/format.ts';
import { formatMoment, formatSpread, precisionOf } from '../../../locales/format-moment.ts';
import { labelOf } from '../../../locales/agent-texts.ts';
import type { Language } from '../../../locales/languages.ts';
import { isChart } from '../charts-view.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';

/**
 * Returns a function that gives `CPU at 14:03:22: 12.3 %`, or `CPU at Nov 29, 14:03: 12.3 % (3.1–98.2 %)`, in the reader's current language; `null` if the buffer has no sample of
 * that time. Loaded with the charts, since they read out times even without tables.
 */
export function selectedTimeTitleOf(
  buffer: SeriesBuffer | null,
  chart: EventTarget | null,
  timestampMs: number,
  language: Language,
): (() => string) | null {
  if (buffer === null || !isChart(chart)) return null;
  const { samples, announcement, spread } = buffer;
  const { column } = chart;
  const row = Array.from({ length: samples.length }, (_, index) => samples.timestampAt(index)).indexOf(
    timestampMs,
  );
  const series = announcement.series[column];
  if (row < 0 || series === undefined) return null;
  const value = samples.valueAt(column, row);
  const [low, high] = [1, 2].map((times) => samples.valueAt(column + times * spread, row) ?? Number.NaN);
  const precision = precisionOf(timestampMs, timestampMs, spread === 0 ? 0 : announcement.intervalMs);
  return () => {
    const { tag, messages } = language;
    const reading =
      value === null
        ? messages.chart.notKnown
        : spread === 0
          ? formatReading(value, series.unit, tag)
          : formatSpread({ y: value, low, high }, series.unit, tag);
    return messages.selectedTime.title(
      labelOf(series, messages),
      formatMoment(timestampMs, precision, tag),
      reading,
    );
  };
}
