import type { Alert } from '../alert.ts';
import { formatDuration, formatNumber, formatReading } from './format-reading.ts';
import { plainText } from './plain-text.ts';
import type { Telling } from './telling.ts';

/** A message that comes later than this says so. */
const LATE_MS = 5 * 60_000;

/** One line: `Disk almost full: / on web-1`. */
export function titleOf({ kind, alert }: Telling): string {
  const host = hostOf(alert);
  const subject = alert.metric === null ? host : `${subjectOf(alert)} on ${host}`;
  return `${TITLE_BEGINS[kind](alert)}${plainText(alert.title)}: ${subject}`;
}

const TITLE_BEGINS: Readonly<Record<Telling['kind'], (alert: Alert) => string>> = {
  fired: () => '',
  event: () => '',
  repeat: () => 'Still: ',
  ended: ({ outcome }) => (outcome === 'resolved' ? 'Well again: ' : 'No longer watched: '),
  was: () => 'Over: ',
  noData: () => 'No data: ',
  dataBack: () => 'Data again: ',
};

/** A sentence without its full stop: `web-1: / is 93 % full (over 90 % for 5 min)`. */
export function sentenceOf({ kind, alert }: Telling, nowMs: number): string {
  return `${hostOf(alert)}: ${SENTENCES[kind](alert, nowMs)}`;
}

const SENTENCES: Readonly<Record<Telling['kind'], (alert: Alert, nowMs: number) => string>> = {
  fired: (alert, nowMs) =>
    `${conditionOf(alert, alert.value, 'is')}${limitOf(alert)}${lateness(alert.firedMs, nowMs, 'that began')}${blindness(alert, nowMs)}`,
  event: (alert, nowMs) => `${eventOf(alert)}${lateness(alert.firedMs, nowMs, 'that was')}`,
  repeat: (alert, nowMs) => {
    const lasted = alert.firedMs === null ? '' : `, for ${formatDuration(nowMs - alert.firedMs)} now`;
    return `${conditionOf(alert, alert.value, 'is still')}${lasted}`;
  },
  ended: (alert, nowMs) => `${endOf(alert)}${lateness(alert.endedMs, nowMs, 'that was')}`,
  was: (alert, nowMs) => {
    const lasted = lastedMs(alert);
    const how = lasted === null ? '' : `, for ${formatDuration(lasted)}`;
    const late = lateness(alert.endedMs, nowMs, 'that ended');
    return `${conditionOf(alert, alert.worst ?? alert.value, 'was')}${limitOf(alert)}${how}${late}`;
  },
  noData: (alert, nowMs) => {
    const { noDataSinceMs } = alert;
    const lasted =
      noDataSinceMs === null || nowMs <= noDataSinceMs ? '' : ` for ${formatDuration(nowMs - noDataSinceMs)}`;
    return `no data of ${subjectOf(alert)}${lasted}; before, it was ${isBad(alert) ? 'in trouble' : 'well'}`;
  },
  dataBack: (alert) => {
    const reading = alert.value === null ? '' : `: ${readingOf(alert, alert.value)}`;
    return `${subjectOf(alert)} has data again${reading}${isBad(alert) ? ', and is still in trouble' : ''}`;
  },
};

/** What is watched, as people call it: the filesystem or container itself where its share in use is meant, else the series. */
export function subjectOf(alert: Alert): string {
  const { metric, instance } = alert.labels;
  return plainText((isFilling(alert) ? instance : metric) ?? metric ?? alert.metric ?? 'it');
}

export function hostOf({ labels, host }: Alert): string {
  return plainText(labels.host) || plainText(host);
}

/** Wall-clock time from when it fired to its end; `null` if it goes on, or the clock was set between. */
export function lastedMs({ firedMs, endedMs }: Alert): number | null {
  return firedMs === null || endedMs === null || endedMs <= firedMs ? null : endedMs - firedMs;
}

function conditionOf(alert: Alert, value: number | null, is: string): string {
  const { condition } = alert.policy;
  const subject = subjectOf(alert);
  switch (condition.kind) {
    case 'threshold': {
      if (value === null) return `${subject} ${is} ${boundOf(alert)}`;
      const { reading } = condition;
      if (reading.kind === 'change') return `${subject} ${changeOf(value, is, alert)}`;
      const full = `${isFilling(alert) ? ' full' : ''}${windowOf(reading)}`;
      // It may have improved since it fired, while its message waited or it was clearing.
      if (is !== 'was' && alert.worst !== null && !isBeyond(condition, value))
        return `${subject} was ${readingOf(alert, alert.worst)}${full}, and is ${readingOf(alert, value)} now`;
      return `${subject} ${is} ${readingOf(alert, value)}${full}`;
    }
    case 'forecast':
      return `${subject} ${FORECASTS[is] ?? 'reaches'} ${levelOf(alert)}${forecastTime(value, condition.withinMs)}`;
    case 'unheard':
      return is === 'was'
        ? 'nothing was heard of it'
        : `nothing has been heard of it${value === null ? '' : ` for ${formatReading(value, 's')}`}`;
    case 'increase':
    case 'reboot':
      return eventOf(alert);
  }
}

const FORECASTS: Readonly<Record<string, string>> = {
  'is still': 'still reaches',
  was: 'was about to reach',
};

function forecastTime(value: number | null, withinMs: number): string {
  return value === null ? ` within ${formatDuration(withinMs)}` : ` in about ${formatReading(value, 's')}`;
}

/** The level of a forecast, whose unit is not that of the alert, which is about a time. */
function levelOf(alert: Alert): string {
  const { condition } = alert.policy;
  if (condition.kind !== 'forecast') return '';
  return isFilling(alert) ? `${formatNumber(condition.level)} %` : formatNumber(condition.level);
}

function changeOf(value: number, is: string, alert: Alert): string {
  const has = is === 'was' ? 'had' : is === 'is still' ? 'has still' : 'has';
  const verb = value < 0 ? 'fallen' : 'grown';
  const { condition } = alert.policy;
  const window = condition.kind === 'threshold' ? windowOf(condition.reading) : '';
  return `${has} ${verb} by ${readingOf(alert, Math.abs(value))}${window}`;
}

type Threshold = Extract<Alert['policy']['condition'], { readonly kind: 'threshold' }>;
type Reading = Threshold['reading'];

function isBeyond({ direction, threshold }: Threshold, value: number): boolean {
  return direction === 'above' ? value >= threshold : value <= threshold;
}

function windowOf(reading: Reading): string {
  if (reading.kind === 'value') return '';
  const words = {
    mean: 'on average over',
    max: 'at the highest in',
    min: 'at the lowest in',
    change: 'within',
  }[reading.kind];
  return ` ${words} ${formatDuration(reading.windowMs)}`;
}

/** ` (over 90 % for 5 min)`. */
function limitOf(alert: Alert): string {
  const { condition, forMs } = alert.policy;
  // Without a value the sentence has the bound.
  if (condition.kind !== 'threshold' || alert.value === null) return '';
  const lasting = forMs > 0 ? ` for ${formatDuration(forMs)}` : '';
  return ` (${boundOf(alert)}${lasting})`;
}

function boundOf(alert: Alert): string {
  const { condition } = alert.policy;
  if (condition.kind !== 'threshold') return 'in trouble';
  return `${condition.direction === 'above' ? 'over' : 'under'} ${readingOf(alert, condition.threshold)}`;
}

function eventOf(alert: Alert): string {
  const { condition } = alert.policy;
  if (condition.kind === 'reboot') return 'the host was restarted';
  const more = alert.value === null ? '' : `: ${readingOf(alert, alert.value)} more`;
  return `${subjectOf(alert)}${more}`;
}

function endOf(alert: Alert): string {
  const { condition } = alert.policy;
  const subject = condition.kind === 'unheard' ? 'it' : subjectOf(alert);
  const lasted = lastedMs(alert);
  const after = lasted === null ? '' : ` after ${formatDuration(lasted)}`;
  if (alert.outcome === 'gone') return `${subject} is no more${after}`;
  if (alert.outcome === 'removed') return `${subject} is no longer watched${after}`;
  if (condition.kind === 'unheard') return `it is heard of again${after}`;
  if (condition.kind === 'forecast')
    return `${subject} is no longer about to reach ${levelOf(alert)}${after}`;
  const now = alert.value === null ? '' : `: ${readingOf(alert, alert.value)}`;
  return `${subject} is well again${now}${after}`;
}

function lateness(atMs: number | null, nowMs: number, words: string): string {
  return atMs === null || nowMs - atMs < LATE_MS ? '' : ` – ${words} ${formatDuration(nowMs - atMs)} ago`;
}

function blindness({ noDataSinceMs }: Alert, nowMs: number): string {
  if (noDataSinceMs === null) return '';
  return nowMs > noDataSinceMs ? `; no data for ${formatDuration(nowMs - noDataSinceMs)}` : '; no data now';
}

function isBad(alert: Alert): boolean {
  return alert.firedMs !== null;
}

/** Whether the series is a filesystem's share in use. */
function isFilling({ metric, labels }: Alert): boolean {
  return labels.instance !== null && metric !== null && /^filesystem\..*\.used$/s.test(metric);
}

function readingOf({ unit }: Alert, value: number): string {
  return formatReading(value, plainText(unit, 20));
}
