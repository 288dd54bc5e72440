import type { TemplateResult } from 'lit';
import { nameOf, scaleOf, write } from '../../../locales/format.ts';
import type { Language } from '../../../locales/languages.ts';
import type { ChartThreshold } from '../../metric-chart/chart-series.ts';
import { notice } from '../notice.ts';
import { combinedMessages } from './combined-messages.ts';

const MOST = 2;

/** `null` unless `thresholds` are something else than numbers. */
export function thresholdsNotice(thresholds: string | null, language: Language): TemplateResult | null {
  return thresholdsIn(thresholds).every(Number.isFinite)
    ? null
    : notice(
        `thresholds="${thresholds}"`,
        combinedMessages(language).expectedThresholds,
        language.messages.badge.error,
      );
}

/** The lines that `80,90` asks for, ascending: the last means trouble, the one before it a warning. NaN where it is no number. */
export function thresholdsIn(text: string | null): readonly number[] {
  if (!text?.trim()) return [];
  const values = text.split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
  return values.length > MOST || !values.every(Number.isFinite)
    ? [Number.NaN]
    : values.toSorted((one, other) => one - other);
}

export function chartThresholds(
  values: readonly number[],
  unit: string,
  { tag }: Language,
): readonly ChartThreshold[] {
  return values.map((value, index) => ({
    value,
    level: index === values.length - 1 ? 'trouble' : 'warning',
    label: formatLimit(value, unit, tag),
  }));
}

/** `20 %`, `1.5 GiB`: a number that somebody chose has no decimals but its own. */
function formatLimit(value: number, unit: string, tag: string): string {
  const { divisor, prefixed } = scaleOf(value, unit);
  const name = unit === 'percent' ? '%' : nameOf(prefixed);
  return `${write(value / divisor, { maximumFractionDigits: 2 }, tag)} ${name}`.trimEnd();
}
