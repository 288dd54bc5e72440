import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { matchesGlob } from '../../../shared/protocol/globs.ts';
import type { AlertView } from '../../../shared/protocol/messages.ts';
import { formatDuration, formatReading, kept, write } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import { isFiring } from '../../state/alerts.ts';
import type { Rule } from './agent-alerts.ts';
import type { AlertListMessages } from './alert-list-messages.ts';

/** What texts about alerts need. */
export interface Words {
  readonly language: Language;
  readonly messages: AlertListMessages;
  readonly catalogue: readonly MetricDescriptor[];
  /** Unix ms on the agent's clock. */
  readonly nowMs: number;
}

const clockFormats = new Map<string, Intl.DateTimeFormat>();

/** Time to the minute, with the date unless it is of today. */
export function clockTime(timestampMs: number, { language: { tag } }: Pick<Words, 'language'>): string {
  const isToday = new Date(timestampMs).toDateString() === new Date().toDateString();
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

/** As `formatReading`, but a threshold of 90 % is no 90.0 %. */
function formatThreshold(value: number, unit: string, tag: string): string {
  if (unit !== 'percent' && unit !== '°C') return formatReading(value, unit, tag);
  return `${write(value, { maximumFractionDigits: 2 }, tag)} ${unit === 'percent' ? '%' : unit}`;
}

/** A name and what stands for it. */
export type Reading = readonly [name: string, text: string];

/** What is measured, the worst of it, and where the rule fires: `91.2 %`, `93 %`, `at 90 % or more`; empty for an alert without values, such as a reboot. */
export function readingsOf(
  alert: AlertView,
  rule: Rule | undefined,
  { language: { tag }, messages }: Words,
): readonly Reading[] {
  const { value, worst, threshold, unit } = alert;
  if (value === null && threshold === null) return [];
  const condition = rule?.condition;
  // Of a forecast, the time that is left.
  const isForecast = condition?.kind === 'forecast';
  const textOf = (one: number | null): string => {
    const text = formatReading(one, unit, tag);
    if (!isForecast) return text;
    return one === null ? messages.notInSight : messages.in(text);
  };
  return [
    [messages.now, textOf(value)],
    ...(worst === null || worst === value ? [] : [[messages.worst, textOf(worst)] as const]),
    ...(threshold === null ? [] : [limitOf(formatThreshold(threshold, unit, tag), condition, messages)]),
  ];
}

function limitOf(threshold: string, condition: Rule['condition'], messages: AlertListMessages): Reading {
  if (condition?.kind !== 'threshold') return [messages.limit, threshold];
  const { direction } = condition;
  return [
    messages.fires,
    direction === 'above' ? messages.atOrAbove(threshold) : messages.atOrBelow(threshold),
  ];
}

/** `fires for 12 min`, `for 2 min, not told yet`; of an ended one `for 12 min, resolved`. */
export function courseOf(alert: AlertView, { language: { tag }, messages, nowMs }: Words): string {
  const { sinceMs, firedMs, endedMs, outcome, state } = alert;
  const durationOf = (fromMs: number, toMs: number): string => formatDuration(toMs - fromMs, tag);
  if (outcome === 'event') return messages.ago(durationOf(firedMs ?? sinceMs, nowMs));
  if (state === 'ended' || endedMs !== null) {
    const ending = Object.entries(messages.outcomes).find(([name]) => name === outcome)?.[1];
    const lasted = messages.lasted(durationOf(firedMs ?? sinceMs, endedMs ?? nowMs));
    return ending === undefined ? lasted : `${lasted}, ${ending}`;
  }
  if (!isFiring(alert)) return messages.waiting(durationOf(sinceMs, nowMs));
  const duration = durationOf(firedMs ?? sinceMs, nowMs);
  return state === 'clearing' ? messages.clearing(duration) : messages.firing(duration);
}

/** Of the series that a rule watches; empty if the catalogue has none. */
export function unitOf({ metrics = [] }: Rule, catalogue: readonly MetricDescriptor[]): string {
  return catalogue.find(({ name }) => metrics.some((glob) => matchesGlob(glob, name)))?.unit ?? '';
}

/** When a rule fires, in words: `at 90 % or more for 5 min`; a second text for when it ends, if the rule says so. */
export function ruleWords(
  rule: Rule,
  { language: { tag }, messages, catalogue }: Words,
): { readonly fires: string; readonly ends: string | null } {
  const { condition, forMs = 0, keepForMs = 0 } = rule;
  const unit = unitOf(rule, catalogue);
  const reading = (value: number): string => formatThreshold(value, unit, tag);
  const held = (ms: number): string => (ms > 0 ? messages.held(formatDuration(ms, tag)) : '');
  switch (condition?.kind) {
    case 'threshold': {
      const isAbove = condition.direction === 'above';
      const { kind, windowMs } = condition.reading;
      const over = windowMs === undefined ? '' : readingWord(kind, formatDuration(windowMs, tag), messages);
      const threshold = reading(condition.threshold);
      const clear = reading(condition.clear);
      return {
        fires: joined(
          over,
          isAbove ? messages.atOrAbove(threshold) : messages.atOrBelow(threshold),
          held(forMs),
        ),
        ends: joined(isAbove ? messages.under(clear) : messages.over(clear), held(keepForMs)),
      };
    }
    case 'forecast':
      return {
        fires: messages.reaches(reading(condition.level), formatDuration(condition.withinMs, tag)),
        ends: null,
      };
    case 'increase':
      return { fires: messages.increases, ends: null };
    case 'reboot':
      return { fires: messages.reboots, ends: null };
    case 'unheard':
      return { fires: messages.unheard(formatDuration(forMs, tag)), ends: null };
    default:
      return { fires: messages.switchedOff, ends: null };
  }
}

function readingWord(kind: string, span: string, { readings }: AlertListMessages): string {
  if (kind === 'mean' || kind === 'max' || kind === 'min' || kind === 'change') return readings[kind](span);
  return readings.value;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
