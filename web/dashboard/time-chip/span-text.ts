import { formatReading } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import { newestLength, type TimeSpan } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';

/** How much time a window shows, in words: `20 s` of the newest points at one a second, `5 min`. */
export function spanText(span: TimeSpan, intervalMs: number | undefined, language: Language): string {
  return span === 'points'
    ? formatReading(newestLength(intervalMs) / 1000, 's', language.tag)
    : dashboardMessages(language).spans[span];
}
