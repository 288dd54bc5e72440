import { formatReading, formatTime } from '../../format.ts';
import { labelOf } from '../../locales/agent-texts.ts';
import type { Language } from '../../locales/languages.ts';
import type { RollingPicture } from './rolling-picture.ts';

/**
 * `CPU at 14:03:22: 12.3 %`: what was chosen in a column of a picture, in the language of when it is asked; `null` where there is no
 * sample of that time.
 */
export function momentTitleOf(
  { window, announcement }: RollingPicture,
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
    const { tag, words } = language;
    const reading = value === null ? words.chart.notKnown : formatReading(value, series.unit, tag);
    return words.moment.title(labelOf(series, words), formatTime(timestampMs, tag), reading);
  };
}
