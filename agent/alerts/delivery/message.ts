import { createHash } from 'node:crypto';
import { isoTime } from '../../log.ts';
import { dashboardLink } from './dashboard-link.ts';
import { formatDuration } from './format-reading.ts';
import { hostOf, lastedMs, sentenceOf, titleOf } from './message-text.ts';
import { plainText } from './plain-text.ts';
import type { Telling } from './telling.ts';
import type { TemplateFields } from './template.ts';

/** What goes to a channel, whatever its format. Everything in it is one line of plain text each, without control characters. */
export interface Message {
  /** The same if the same is sent again. */
  readonly id: string;
  /** Everything that it tells, also what there was no room to list. */
  readonly tellings: readonly Telling[];
  readonly title: string;
  readonly lines: readonly string[];
  /** Of the dashboard; `null` if nobody said where it is. */
  readonly url: string | null;
  /** `well`: nothing of it is bad news. */
  readonly mood: 'trouble' | 'warning' | 'well';
  /** For templates. */
  readonly fields: TemplateFields;
}

interface Surroundings {
  readonly dashboardUrl: string | null;
  /** Wall clock, Unix ms. */
  readonly nowMs: number;
  /** How many alerts came and went that are in no list any more. */
  readonly unlisted?: number;
}

/** A receiver that cuts messages cuts them later than this; in UTF-8. */
const MAX_TEXT_BYTES = 3000;
const MAX_LINES = 20;

/** One message about everything that a channel must be told, in the order in which it happened. */
export function composeMessage(
  tellings: readonly [Telling, ...Telling[]],
  { dashboardUrl, nowMs, unlisted = 0 }: Surroundings,
): Message {
  const all = tellings.map((telling) => ({
    telling,
    line: `${sentenceOf(telling, nowMs)}.`,
    fields: fieldsOf(telling, { dashboardUrl, nowMs }),
  }));
  const listed = all.slice(0, linesThatFit(all.map(({ line }) => line)));
  const rest = all.length - listed.length;
  const lines = [
    ...listed.map(({ line }) => line),
    ...(rest > 0 ? [`… and ${rest} more.`] : []),
    ...(unlisted > 0 ? [`${unlisted} more came and went before, too many to list.`] : []),
  ];
  const first = all.toSorted((a, b) => rankOf(a.telling) - rankOf(b.telling))[0] ?? all[0];
  if (first === undefined) throw new Error('a message tells something');
  const count = tellings.length + unlisted;
  const title = count === 1 ? titleOf(first.telling) : summaryOf(tellings, unlisted);
  return {
    id: idOf(tellings),
    tellings,
    title,
    lines,
    url: dashboardLink(dashboardUrl, momentOf(first.telling)),
    mood: tellings.every(isGoodNews)
      ? 'well'
      : first.telling.alert.severity === 'warning'
        ? 'warning'
        : 'trouble',
    fields: {
      ...first.fields,
      title,
      text: lines.join('\n'),
      count,
      alerts: listed.map(({ fields }) => fields),
    },
  };
}

/** To see whether a channel works. */
export function composeTest(hostLabel: string, { dashboardUrl, nowMs }: Surroundings): Message {
  const title = 'Test from metrics-panel';
  const lines = [`Alerts of ${hostLabel} come this way.`];
  const url = dashboardLink(dashboardUrl, null);
  const at = isoTime(new Date(nowMs));
  return {
    id: idOf([]) + nowMs.toString(36),
    tellings: [],
    title,
    lines,
    url,
    mood: 'well',
    fields: {
      title,
      text: lines.join('\n'),
      state: 'test',
      severity: 'warning',
      host: hostLabel,
      rule: 'test',
      metric: null,
      value: null,
      worst: null,
      threshold: null,
      unit: '',
      since: at,
      ended: null,
      duration: '0 s',
      id: 'test',
      url: url ?? '',
      count: 1,
      alerts: [],
    },
  };
}

const STATES: Readonly<Record<Telling['kind'], string>> = {
  fired: 'firing',
  repeat: 'firing',
  ended: 'ended',
  was: 'ended',
  event: 'event',
  noData: 'noData',
  dataBack: 'dataBack',
};

function fieldsOf(telling: Telling, { dashboardUrl, nowMs }: Surroundings): TemplateFields {
  const { alert, kind } = telling;
  const sinceMs = alert.firedMs ?? alert.sinceMs;
  const { endedMs } = alert;
  return {
    title: titleOf(telling),
    text: `${sentenceOf(telling, nowMs)}.`,
    state: STATES[kind],
    severity: alert.severity,
    host: hostOf(alert),
    rule: plainText(alert.rule),
    metric: alert.metric === null ? null : plainText(alert.metric, 200),
    value: alert.value,
    worst: alert.worst,
    threshold: alert.threshold,
    unit: plainText(alert.unit, 20),
    since: isoTime(new Date(sinceMs)),
    ended: endedMs === null ? null : isoTime(new Date(endedMs)),
    duration: formatDuration(endedMs === null ? nowMs - sinceMs : (lastedMs(alert) ?? 0)),
    id: alert.id,
    url: dashboardLink(dashboardUrl, momentOf(telling)) ?? '',
    count: 1,
    alerts: [],
  };
}

function momentOf({ kind, alert }: Telling): number {
  if (kind === 'noData') return alert.noDataSinceMs ?? alert.sinceMs;
  return alert.firedMs ?? alert.sinceMs;
}

function linesThatFit(lines: readonly string[]): number {
  let bytes = 0;
  const tooMuch = lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(line) + 1;
    return bytes > MAX_TEXT_BYTES || index >= MAX_LINES;
  });
  return tooMuch < 0 ? lines.length : Math.max(1, tooMuch);
}

/** `3 alerts, 1 well again on web-1`. */
function summaryOf(tellings: readonly Telling[], unlisted: number): string {
  const good = tellings.filter(isGoodNews).length + unlisted;
  const bad = tellings.length + unlisted - good;
  const hosts = new Map(tellings.map(({ alert }) => [alert.host, hostOf(alert)]));
  const [host] = hosts.values();
  const parts = [
    ...(bad > 0 ? [`${bad} ${bad === 1 ? 'alert' : 'alerts'}`] : []),
    ...(good > 0 ? [`${good} over`] : []),
  ];
  return `${parts.join(', ')} on ${hosts.size === 1 ? host : `${hosts.size} hosts`}`;
}

/** The most important is first. */
function rankOf(telling: Telling): number {
  return (isGoodNews(telling) ? 2 : 0) + (telling.alert.severity === 'warning' ? 1 : 0);
}

function isGoodNews({ kind }: Telling): boolean {
  return kind === 'ended' || kind === 'was' || kind === 'dataBack';
}

function idOf(tellings: readonly Telling[]): string {
  const hash = createHash('sha256');
  for (const { kind, alert, before } of tellings) hash.update(JSON.stringify([kind, alert.id, before]));
  return hash.digest('hex').slice(0, 32);
}
