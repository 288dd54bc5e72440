import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { translate } from '../../locales/agent-texts.ts';
import { formatCount, formatDuration, kept } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import type { ListedHost } from '../../state/host-list.ts';
import type { HostOverviewMessages } from './host-overview-messages.ts';

/** What texts about hosts need. */
export interface Words {
  readonly language: Language;
  readonly messages: HostOverviewMessages;
  /** Unix ms on the reader's clock. */
  readonly nowMs: number;
  /** What a host is called: its label, unless others have the same. */
  readonly nameOf: (host: Pick<HostSummary, 'id' | 'label'>) => string;
  /** What is said at the top of the page of all unknown hosts; `null`: nothing. */
  readonly commonReason: string | null;
}

const DAY_MS = 86_400_000;
/** A number and its unit stay together. */
const NO_BREAK = '\u00A0';
const clockFormats = new Map<string, Intl.DateTimeFormat>();

/** Time to the minute, with the date unless it is of today. */
export function clockTime(
  timestampMs: number,
  { language: { tag }, nowMs }: Pick<Words, 'language' | 'nowMs'>,
): string {
  const isToday = new Date(timestampMs).toDateString() === new Date(nowMs).toDateString();
  const format = kept(
    clockFormats,
    `${tag} ${isToday}`,
    () =>
      new Intl.DateTimeFormat(tag, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        ...(isToday ? {} : { month: 'short', day: 'numeric' }),
      }),
  );
  return format.format(timestampMs);
}

/** How long something lasts: to the second in its first minute. */
export function durationSince(
  sinceMs: number,
  { language: { tag }, nowMs }: Pick<Words, 'language' | 'nowMs'>,
): string {
  return formatDuration(nowMs - sinceMs, tag).replaceAll(' ', NO_BREAK);
}

/**
 * Why a host needs attention or is not known; empty if it is well.
 * @param isShort leave out what follows from the rest
 */
export function whyOf({ summary, mark }: ListedHost, words: Words, isShort = false): string {
  const { messages, language } = words;
  const { status } = summary;
  const reason = status.reason === undefined ? null : translate(status.reason, language.messages);
  const because = (what: string): string => (reason === null ? what : messages.because(what, reason));
  if (mark === 'down') {
    const { sinceMs } = status;
    if (sinceMs === null) return because(messages.down);
    const duration = durationSince(sinceMs, words);
    return because(
      isShort ? messages.downFor(duration) : messages.downSince(clockTime(sinceMs, words), duration),
    );
  }
  if (mark === 'unknown') {
    const { sinceMs } = status;
    if (status.reason === words.commonReason) return messages.unknown;
    return because(
      sinceMs === null || isShort
        ? messages.unknown
        : messages.unknownSince(clockTime(sinceMs, words), durationSince(sinceMs, words)),
    );
  }
  return mark === 'up' ? '' : alertText(summary, words);
}

/** The worst of its alerts, or what it has least of. */
function alertText({ alerts, disk, memory }: HostSummary, words: Words): string {
  const { messages, language } = words;
  const worst = alerts?.worst ?? null;
  if (worst === null)
    return disk !== null && disk.percent >= (memory ?? 0)
      ? messages.almostFull(disk.name)
      : messages.memoryLow;
  const title = translate(worst.title, language.messages);
  const subject = /^filesystem\.(?<mount>.+)\.[^.]+$/.exec(worst.metric ?? '')?.groups?.['mount'];
  const named =
    subject === undefined
      ? title
      : `${title} (${subject === disk?.name || disk === null ? subject : disk.name})`;
  const others = (alerts?.trouble ?? 0) + (alerts?.warning ?? 0) - 1;
  const first = messages.alertFor(named, durationSince(worst.sinceMs, words));
  return others > 0
    ? `${first}${messages.comma}${messages.moreAlerts(formatCount(others, language.tag))}`
    : first;
}

/** Days are exact enough, if there are any. */
function uptimeSince(bootedAtMs: number, words: Words): string {
  const lastedMs = words.nowMs - bootedAtMs;
  return durationSince(lastedMs < DAY_MS ? bootedAtMs : words.nowMs - lastedMs + (lastedMs % DAY_MS), words);
}

/** `up 12 days`, and by which agent it is known. */
export function quietText({ bootedAtMs, via }: HostSummary, words: Words): string {
  const { messages } = words;
  const parts = [
    bootedAtMs === null ? null : messages.upFor(uptimeSince(bootedAtMs, words)),
    via === undefined ? null : messages.via(via),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
