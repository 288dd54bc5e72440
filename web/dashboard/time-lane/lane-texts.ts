import { ownText, translate } from '../../locales/agent-texts.ts';
import { formatReading } from '../../locales/format.ts';
import { formatMoment, precisionOf } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import type { TimeRange } from '../../state/time-range.ts';
import type { TimeSpan } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { rangeText } from '../time-chip/range-text.ts';
import { spanText } from '../span-text.ts';
import { laneMessages } from './lane-messages.ts';
import type { LaneSource } from './lane-source.ts';
import type { LaneStretch } from './lane-stretch.ts';
import type { ShownFrame } from './shown-frame.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A stretch of which nothing is known, and why. */
export interface UnknownPart extends TimeRange {
  readonly label: string;
}

/** `14:20`, with the date unless it is of today. */
export function momentText(timestampMs: number, { tag }: Language): string {
  return formatMoment(timestampMs, precisionOf(timestampMs, timestampMs, MINUTE_MS), tag);
}

/**
 * `last hour, highest pressure`; `26 Nov, 00:00 – 24:00, highest pressure`.
 * @param subject what the hill is; `null`: the host has neither
 */
export function captionOf(
  { fromMs, toMs, isPresent }: LaneStretch,
  subject: 'pressure' | 'cpu' | null,
  language: Language,
): string {
  const messages = laneMessages(language);
  const last = isPresent ? messages.last[Math.round((toMs - fromMs) / HOUR_MS)] : undefined;
  const time = last ?? rangeText({ fromMs, toMs }, language.tag);
  return subject === null ? time : messages.caption(time, messages[subject]);
}

/** For screen readers: what the lane shows, its highest value, and what is not known. */
export function summaryOf(
  caption: string,
  { past }: Pick<LaneSource, 'past'>,
  stretch: LaneStretch,
  unknown: readonly UnknownPart[],
  language: Language,
): string {
  const messages = laneMessages(language);
  const most = past?.highestIn(stretch) ?? null;
  const begin =
    most === null
      ? caption
      : messages.summary(
          caption,
          formatReading(most.value, 'percent', language.tag),
          momentText(most.timestampMs, language),
        );
  return [begin, ...unknown.map(({ label }) => label)].join(messages.separator);
}

/** `Live, 20 s`; `26 Nov, 14:20 – 15:05`. */
export function frameText(
  { isLive, ...range }: ShownFrame,
  span: TimeSpan,
  intervalMs: number | undefined,
  isPaused: boolean,
  language: Language,
): string {
  const messages = laneMessages(language);
  if (isLive) return dashboardMessages(language).live(spanText(span, intervalMs, language));
  const text = rangeText(range, language.tag);
  return isPaused ? messages.paused(text) : text;
}

/** Why the past is not there. */
export function failureText(
  { failure, isFinal }: Pick<LaneSource, 'failure' | 'isFinal'>,
  { messages }: Language,
): string | null {
  if (failure === null) return null;
  const { badge, history } = messages;
  const reason = translate(failure.message, messages);
  if (isFinal) return badge.announcement(history.failed, reason);
  return reason === ''
    ? badge.retrying(history.failed)
    : badge.announcement(history.failed, badge.retrying(reason));
}

/** Stretches of the lane of which nothing is known, oldest first. @param oldestMs begin of the history; `null`: unknown, or there is none */
export function unknownParts(
  source: Pick<LaneSource, 'past' | 'failure' | 'isFirstOfAgent'>,
  stretch: TimeRange,
  { isKept, oldestMs }: { readonly isKept: boolean; readonly oldestMs: number | null },
  language: Language,
): UnknownPart[] {
  const { past } = source;
  if (past === null || source.failure !== null) return [];
  const messages = laneMessages(language);
  const { gaps } = language.messages;
  const causeText = (reason: string): string => ownText(gaps, reason) ?? reason.replaceAll('_', ' ');
  const parts = past
    .gaps(stretch)
    .map(({ fromMs, toMs, reason }) => ({ fromMs, toMs, label: causeText(reason ?? 'noSamples') }));
  const beginMs = past.beginMs ?? stretch.toMs;
  if (beginMs <= stretch.fromMs + past.stepMs) return parts;
  const text = (): string => {
    if (!isKept) {
      return source.isFirstOfAgent ? messages.agentStarted(momentText(beginMs, language)) : messages.notKept;
    }
    // The history may be older than what is shown of it.
    if (oldestMs !== null && oldestMs < stretch.fromMs) return causeText('noSamples');
    return past.beginMs === null
      ? causeText('noSamples')
      : messages.historyBegins(momentText(beginMs, language));
  };
  return [{ fromMs: stretch.fromMs, toMs: beginMs, label: text() }, ...parts];
}
