import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { translate } from '../../locales/agent-texts.ts';
import { formatMoment, formatTimeOfDay, precisionOf } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import type { Concern, Outlook } from '../../state/attention.ts';
import type { ThresholdKind } from '../../state/thresholds.ts';
import { sentenceMessages, type SentenceMessages } from './sentence-messages.ts';

const MINUTE_MS = 60_000;
/** A processor that is busy, and what follows. */
const BUSY: readonly string[] = ['cpu-busy', 'cpu-pressure', 'load'] satisfies ThresholdKind[];

/** Each has a shape and a colour of its own. */
export type Tone = 'well' | 'warning' | 'trouble' | 'down' | 'unknown';

/** What a sentence is made of. */
export interface Known {
  readonly outlook: Outlook;
  readonly concerns: readonly Concern[];
  /** Before nothing came any more. */
  readonly last: readonly Concern[];
  /** What to call the host; `undefined`: not known. */
  readonly host: string | undefined;
  readonly status: ConnectionStatus;
}

export interface Sentence {
  readonly tone: Tone;
  /** Before the concerns; empty if these begin it. */
  readonly lead: string;
  /** Each a clause. */
  readonly concerns: readonly Concern[];
  /** What is less important. */
  readonly after: string;
}

export function sentenceOf(known: Known, language: Language): Sentence {
  const { outlook, host, status } = known;
  const [concerns, last] = [firstOfEachCause(known.concerns), firstOfEachCause(known.last)];
  const messages = sentenceMessages(language);
  const minuteOf = (timeMs: number): string =>
    formatMoment(timeMs, precisionOf(timeMs, timeMs, MINUTE_MS), language.tag);
  const name = host ?? messages.thisHost;
  const before =
    last.length === 0
      ? ''
      : messages.lastKnown(
          listOf(
            last.map(({ clause }) => clause),
            language,
          ),
        );
  const bare = { concerns: [], after: '' };
  switch (outlook.state) {
    case 'waiting':
      return status.state === 'error'
        ? { ...bare, tone: 'unknown', lead: messages.notConnected, after: reasonOf(status, language) }
        : { ...bare, tone: 'unknown', lead: messages.waiting };
    case 'unjudged':
      return { ...bare, tone: 'unknown', lead: messages.unjudged, after: messages.noThreshold };
    case 'stale': {
      const why = status.state === 'connected' ? messages.isSilent : messages.isGone;
      return {
        ...bare,
        tone: 'unknown',
        lead: messages.noData(formatTimeOfDay(outlook.sinceMs, language.tag)),
        after: joined([why, before], messages),
      };
    }
    case 'down':
    case 'unknown': {
      const { state, sinceMs, reason } = outlook;
      const isDown = state === 'down';
      const without = isDown ? messages.down : messages.unknown;
      const since = isDown ? messages.downSince : messages.unknownSince;
      const why = reason === '' ? '' : `${translate(reason, language.messages)}${messages.end}`;
      return {
        ...bare,
        tone: state,
        lead: sinceMs === null ? without(name) : since(name, minuteOf(sinceMs)),
        after: joined([why, before], messages),
      };
    }
    case 'past':
      if (outlook.isKnown !== true)
        return {
          ...bare,
          tone: 'unknown',
          lead: outlook.isKnown === undefined ? messages.looking : messages.pastUnknown,
        };
      return concerns.length === 0
        ? { ...bare, tone: 'well', lead: outlook.isWhole ? messages.pastWell : messages.pastWellInPart }
        : { ...bare, tone: toneOf(concerns), lead: '', concerns };
    case 'live':
      return liveSentence(outlook, concerns, messages, minuteOf);
  }
}

/** Of one cause the sentence tells once; charts mark all that follows. */
function firstOfEachCause(concerns: readonly Concern[]): readonly Concern[] {
  const first = concerns.find(({ kind }) => BUSY.includes(kind));
  return concerns.filter((concern) => concern === first || !BUSY.includes(concern.kind));
}

function liveSentence(
  { quietSinceMs, before }: Extract<Outlook, { state: 'live' }>,
  concerns: readonly Concern[],
  messages: SentenceMessages,
  minuteOf: (timeMs: number) => string,
): Sentence {
  if (concerns.length === 0) {
    const texts = {
      day: () => messages.wellSinceDay,
      unwatched: messages.watching,
      event: messages.wellSince,
    };
    return { tone: 'well', lead: messages.well, concerns, after: texts[before](minuteOf(quietSinceMs)) };
  }
  if (concerns.some(({ isMuted }) => !isMuted))
    return { tone: toneOf(concerns), lead: '', concerns, after: '' };
  const isKnown = concerns.every(({ isKnown: one }) => one);
  return {
    tone: isKnown ? 'well' : 'unknown',
    lead: isKnown ? messages.nothingNew : messages.notAllKnown,
    concerns,
    after: '',
  };
}

/** The worst comes first. */
function toneOf([first]: readonly Concern[]): Tone {
  return first?.level === 'trouble' ? 'trouble' : 'warning';
}

/** `one, two, and three` in the reader's language. */
export function listOf(texts: readonly string[], { tag }: Language): string {
  return new Intl.ListFormat(tag).format(texts);
}

/** Of the sentence as a whole. */
export function plainText({ lead, concerns, after }: Sentence, language: Language): string {
  const messages = sentenceMessages(language);
  const texts = concerns.map(({ opening, clause }, index) => (index === 0 && lead === '' ? opening : clause));
  const list = texts.length === 0 ? '' : `${listOf(texts, language)}${messages.end}`;
  return joined([lead, list, after], messages);
}

function reasonOf(status: ConnectionStatus, language: Language): string {
  const reason = 'reason' in status ? status.reason : '';
  return reason === '' ? '' : `${translate(reason, language.messages)}${sentenceMessages(language).end}`;
}

function joined(texts: readonly string[], { space }: SentenceMessages): string {
  return texts.filter((text) => text !== '').join(space);
}
