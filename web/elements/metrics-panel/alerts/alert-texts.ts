import { formatReading } from '../../../locales/format.ts';
import { formatMoment, precisionOf } from '../../../locales/format-moment.ts';
import { spokenIn, type Language } from '../../../locales/languages.ts';
import { drawing } from '../../metric-chart/drawing.ts';
import type { ChartAlert } from './series-alerts.ts';

interface AlertTexts {
  readonly above: (threshold: string) => string;
  readonly below: (threshold: string) => string;
  readonly since: (matter: string, time: string) => string;
  readonly within: (matter: string, from: string, to: string) => string;
  readonly at: (matter: string, time: string) => string;
  readonly after: (summary: string, matters: string) => string;
  readonly separator: string;
}

const en: AlertTexts = {
  above: (threshold) => `over ${threshold}`,
  below: (threshold) => `below ${threshold}`,
  since: (matter, time) => `${matter} since ${time}`,
  within: (matter, from, to) => `${matter} from ${from} to ${to}`,
  at: (matter, time) => `${matter} at ${time}`,
  after: (summary, matters) => `${summary}. Alerts: ${matters}`,
  separator: '; ',
};

const zhHans: AlertTexts = {
  above: (threshold) => `高于 ${threshold}`,
  below: (threshold) => `低于 ${threshold}`,
  since: (matter, time) => `${time} 起${matter}`,
  within: (matter, from, to) => `${from} 至 ${to} ${matter}`,
  at: (matter, time) => `${time} ${matter}`,
  after: (summary, matters) => `${summary}。告警：${matters}`,
  separator: '；',
};

function textsOf(language: Language): AlertTexts {
  return spokenIn(language, { en, 'zh-Hans': zhHans });
}

/** As on the axis, `90 %`, whose code comes with the drawing. */
export function formatThreshold(value: number, unit: string, { tag }: Language): string {
  return drawing.module?.labelFormat.value(value, unit, tag) ?? formatReading(value, unit, tag);
}

/** `over 90 %`, or the rule's title where no threshold of the series is behind it. */
function matterOf({ title, limit }: ChartAlert, unit: string, language: Language): string {
  if (limit === null) return title;
  const { above, below } = textsOf(language);
  const threshold = formatThreshold(limit.value, unit, language);
  return limit.isAbove ? above(threshold) : below(threshold);
}

/** `over 90 % since 10:41`, `over 90 % from 10:41 to 10:52`, `Restarted at 10:41`. */
export function textOfAlert(alert: ChartAlert, unit: string, language: Language): string {
  const { since, within, at } = textsOf(language);
  const matter = matterOf(alert, unit, language);
  const time = (ms: number): string =>
    formatMoment(ms, { ...precisionOf(ms, ms, 0), stepMs: 60_000 }, language.tag);
  if (alert.isEvent) return at(matter, time(alert.fromMs));
  return alert.toMs === null
    ? since(matter, time(alert.sinceMs))
    : within(matter, time(alert.sinceMs), time(alert.toMs));
}

export function joinTexts(texts: readonly string[], language: Language): string {
  return texts.join(textsOf(language).separator);
}

export function summaryWith(summary: string, matters: string, language: Language): string {
  return matters === '' ? summary : textsOf(language).after(summary, matters);
}
