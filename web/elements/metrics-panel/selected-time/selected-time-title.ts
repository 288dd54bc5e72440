import { formatReading } from '../../../locales/format.ts';
import { formatMoment, formatSpread, precisionOf } from '../../../locales/format-moment.ts';
import { labelOf } from '../../../locales/agent-texts.ts';
import type { Language } from '../../../locales/languages.ts';
import { isChart } from '../charts-view.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';

/**
 * Returns a function that gives `CPU at 14:03:22: 12.3 %`, or `CPU at Nov 29, 14:03: 12.3 % (3.1–98.2 %)`, in the reader's current language, of several series
 * `CPU at 14:03:22: user 8.1 %, system 4.2 %`; `null` if the buffer has no sample of that time. Loaded with the charts, since they read out times even without tables.
 */
export function selectedTimeTitleOf(
  buffer: SeriesBuffer | null,
  chart: EventTarget | null,
  timestampMs: number,
  language: Language,
): (() => string) | null {
  if (buffer === null || !isChart(chart)) return null;
  const { samples, announcement, spread } = buffer;
  const { series: several, unit } = chart;
  const row = Array.from({ length: samples.length }, (_, index) => samples.timestampAt(index)).indexOf(
    timestampMs,
  );
  const single = announcement.series[chart.column];
  if (row < 0 || (several ?? single) === undefined) return null;
  const points = (several ?? [chart]).map(({ label, column }) => {
    const [y, low, high] = [0, 1, 2].map((times) => samples.valueAt(column + times * spread, row));
    return { label, y: y ?? null, low: low ?? Number.NaN, high: high ?? Number.NaN };
  });
  const precision = precisionOf(timestampMs, timestampMs, spread === 0 ? 0 : announcement.intervalMs);
  return () => {
    const { tag, messages } = language;
    const readings = points.map(({ label, y, low, high }) => {
      const reading =
        y === null
          ? messages.chart.notKnown
          : spread === 0
            ? formatReading(y, unit, tag)
            : formatSpread({ y, low, high }, unit, tag);
      return several === null ? reading : `${label} ${reading}`;
    });
    return messages.selectedTime.title(
      several === null && single !== undefined ? labelOf(single, messages) : chart.label,
      formatMoment(timestampMs, precision, tag),
      readings.join(messages.separator.list),
    );
  };
}
