import { translate } from '../../locales/agent-texts.ts';
import { formatCount } from '../../locales/format.ts';
import type { ListedHost } from '../../state/host-list.ts';
import type { HostMark } from '../../state/host-mark.ts';
import type { Trouble } from './host-overview-messages.ts';
import { durationSince, type Words } from './host-words.ts';

/** A stretch of the sentence; with `host` or `marks`, it leads to them. */
export interface Fragment {
  readonly text: string;
  readonly host?: string;
  readonly marks?: readonly HostMark[];
  readonly isQuiet?: true;
}

export interface Headline {
  /** The gravest state of all. */
  readonly mark: HostMark;
  readonly fragments: readonly Fragment[];
  /** The same without what changes by itself, to be read out when it changes. */
  readonly announcement: string;
}

/** Hosts of which the same is said. */
interface Clause {
  readonly hosts: readonly ListedHost[];
  readonly mark: HostMark;
  readonly trouble: Trouble | null;
  readonly title: string;
}

/** From here on hosts are counted instead of named. */
const MOST_NAMED = 2;
const MOST_CLAUSES = 3;
/** So many are all named. */
const FEW = 4;
/** Up to here it is said who is well, too. */
const SMALL = 6;

/**
 * What needs attention, in a sentence or two.
 * @param unwell all that are not well, the gravest first
 * @param well all others
 */
export function headlineOf(
  unwell: readonly ListedHost[],
  well: readonly ListedHost[],
  words: Words,
): Headline {
  const { messages } = words;
  const attention = unwell.filter(({ mark }) => mark !== 'unknown');
  const unknown = unwell.filter(({ mark }) => mark === 'unknown');
  const total = unwell.length + well.length;
  const mark = attention[0]?.mark ?? unknown[0]?.mark ?? 'up';
  if (attention.length === 0 && unknown.length === 0) {
    const text = messages.allAreWell(countOf(total, words));
    return { mark, fragments: [{ text }], announcement: text };
  }
  const say = (isTimed: boolean): Fragment[] => [
    ...(attention.length > 0 && total > SMALL
      ? [{ text: messages.needAttention(countOf(attention.length, words).text, countOf(total, words)) }]
      : []),
    ...troubleText(attention, words, isTimed),
    ...(attention.length > 0 ? [{ text: messages.stop }] : []),
    ...restText(unknown, well, total, attention.length > 0, words),
  ];
  return {
    mark,
    fragments: say(true),
    announcement: say(false)
      .map(({ text }) => text)
      .join(''),
  };
}

function troubleText(attention: readonly ListedHost[], words: Words, isTimed: boolean): Fragment[] {
  const { messages } = words;
  const clauses = clausesOf(attention, words);
  const isFew = attention.length <= FEW;
  const said = isFew ? clauses : clauses.slice(0, MOST_CLAUSES);
  const parts = said.map((clause) => clauseText(clause, isFew, words, isTimed));
  const left = clauses.slice(said.length);
  const count = left.reduce((sum, { hosts }) => sum + hosts.length, 0);
  if (count > 0) {
    const marks = [...new Set(left.map(({ mark }) => mark))];
    const counted = countOf(count, words);
    parts.push([{ text: messages.more(counted) + messages.space + messages.haveWarnings(counted), marks }]);
  }
  return parts.flatMap((part, index) => (index === 0 ? part : [{ text: messages.comma }, ...part]));
}

function clauseText(
  { hosts, mark, trouble, title }: Clause,
  isFew: boolean,
  words: Words,
  isTimed: boolean,
): Fragment[] {
  const { messages } = words;
  const count = countOf(hosts.length, words);
  const isNamed = isFew || hosts.length <= MOST_NAMED;
  const phrase = trouble === null ? messages.reports(count, title) : messages.troubles[trouble](count);
  const [first] = hosts;
  const sinceMs = trouble === 'down' && hosts.length === 1 ? (first?.summary.status.sinceMs ?? null) : null;
  if (!isNamed) return [{ text: messages.some(count) + messages.space + phrase, marks: [mark] }];
  const whole = sinceMs === null || !isTimed ? phrase : messages.hasBeenDown(durationSince(sinceMs, words));
  return [...namesOf(hosts, words), { text: messages.space + whole }];
}

function namesOf(hosts: readonly ListedHost[], { messages, nameOf }: Words): Fragment[] {
  return hosts.flatMap(({ summary }, index) => [
    ...(index === 0 ? [] : [{ text: index === hosts.length - 1 ? messages.and : messages.comma }]),
    { text: nameOf(summary), host: summary.id },
  ]);
}

/** Said in grey: who is well among a few, and how many are not known. */
function restText(
  unknown: readonly ListedHost[],
  well: readonly ListedHost[],
  total: number,
  isLater: boolean,
  words: Words,
): Fragment[] {
  const { messages } = words;
  const parts = [
    unknown.length === 0 ? '' : unknownText(unknown.length, unknown.length === total, words) + messages.stop,
    well.length === 0 || total > SMALL
      ? ''
      : namesOf(well, words)
          .map(({ text }) => text)
          .join('') +
        messages.space +
        messages.isWell(countOf(well.length, words)) +
        messages.stop,
  ].filter((part) => part !== '');
  if (parts.length === 0) return [];
  // What needs no attention is said more quietly than what does.
  const text = parts.join(messages.space);
  return isLater ? [{ text: messages.space + text, isQuiet: true }] : [{ text }];
}

function unknownText(count: number, areAll: boolean, words: Words): string {
  const { messages, commonReason, language } = words;
  const counted = countOf(count, words);
  const text = areAll ? messages.allAreUnknown(counted) : messages.areUnknown(counted);
  return commonReason === null ? text : messages.because(text, translate(commonReason, language.messages));
}

/** Groups hosts by what is said of them, in the order of the first of each. */
function clausesOf(attention: readonly ListedHost[], words: Words): Clause[] {
  const clauses = new Map<string, Clause & { hosts: ListedHost[] }>();
  for (const host of attention) {
    const { summary, mark } = host;
    const worst = summary.alerts?.worst ?? null;
    const trouble = troubleOf(host);
    const title = worst === null ? '' : translate(worst.title, words.language.messages);
    const key = `${mark} ${trouble ?? title}`;
    const clause = clauses.get(key);
    if (clause === undefined) clauses.set(key, { hosts: [host], mark, trouble, title });
    else clause.hosts.push(host);
  }
  return [...clauses.values()];
}

const TROUBLES: readonly (readonly [metric: RegExp, trouble: Trouble])[] = [
  [/^(?:memory|limit)\.oomKills$/, 'killed'],
  [/^(?:memory|limit\.memory|pressure\.memory)/, 'memory'],
  [/^filesystem\./, 'disk'],
  [/^cpu|^load|^pressure\.cpu/, 'busy'],
  [/^temperature\./, 'hot'],
];

/** `null`: what its alert is called. */
function troubleOf({ summary, mark }: ListedHost): Trouble | null {
  if (mark === 'down') return 'down';
  const worst = summary.alerts?.worst ?? null;
  if (worst === null) return (summary.disk?.percent ?? 0) >= (summary.memory ?? 0) ? 'disk' : 'memory';
  return TROUBLES.find(([metric]) => worst.metric !== null && metric.test(worst.metric))?.[1] ?? null;
}

function countOf(count: number, { language: { tag } }: Words): ReturnType<typeof formatCount> {
  return formatCount(count, tag);
}
