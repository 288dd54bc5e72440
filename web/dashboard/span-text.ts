import { formatCount, formatReading, MINUTE_S } from '../locales/format.ts';
import type { Language } from '../locales/languages.ts';
import { newestLength, type TimeSpan } from '../state/time-span.ts';
import { dashboardMessages } from './dashboard-messages.ts';

/** How much time a window shows, in words: `20 s` of the newest points at one a second, `5 min`. */
export function spanText(span: TimeSpan, intervalMs: number | undefined, language: Language): string {
  const { spans, seconds: inSeconds } = dashboardMessages(language);
  if (span !== 'points') return spans[span];
  const seconds = newestLength(intervalMs) / 1000;
  const isRound = seconds % MINUTE_S === 0;
  return isRound
    ? formatReading(seconds, 's', language.tag)
    : inSeconds(formatCount(seconds, language.tag).text);
}
