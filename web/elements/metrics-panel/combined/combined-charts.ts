import type { TemplateResult } from 'lit';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { matchesGlob } from '../../../../shared/protocol/globs.ts';
import type { Language } from '../../../locales/languages.ts';
import { hueOf } from '../../hue-of.ts';
import type {
  Arrangement,
  ChartNotice,
  ChartSeries,
  ChartThreshold,
  HeadValue,
} from '../../metric-chart/chart-series.ts';
import { newestValue, type ChartsContext } from '../charts-view.ts';
import { notice } from '../notice.ts';
import { placeSeries, type CombinedSeries, type PlacedSeries } from '../panel-layout.ts';
import { combinedMessages } from './combined-messages.ts';
import { commonTitle } from './common-title.ts';
import { chartThresholds, thresholdsIn, thresholdsNotice } from './threshold-levels.ts';

/** What a page asks for in the attributes of its panel. */
export interface ChartWishes {
  /** The names and globs of each chart. */
  readonly charts: readonly (readonly string[])[];
  readonly isStacked: boolean;
  readonly isMirrored: boolean;
  /** `20`, or `80,90`; `null`: none. */
  readonly thresholds: string | null;
}

const SHADES = ['first', 'second', 'third'] as const;

/** The charts of a panel in the order of its `metrics`, those of several series included. Thresholds hold for charts in the unit of the first. */
export function chartsOf(
  series: readonly Series[],
  { charts, isStacked, isMirrored, thresholds }: ChartWishes,
  language: Language,
): readonly PlacedSeries[] {
  const wrong = thresholdsNotice(thresholds, language);
  if (wrong !== null) return [inPlaceOf('thresholds', wrong)];
  const arrangement = isMirrored ? 'mirrored' : isStacked ? 'stacked' : 'lines';
  const placed = placeSeries(series);
  const singles = new Set<PlacedSeries>();
  const found = charts.flatMap((names) => {
    if (names.length > 1) return combinedChart(names, placed, arrangement, language) ?? [];
    const matching = placed.filter(
      (one) => matchesGlob(names[0] ?? '', one.series.name) && !singles.has(one),
    );
    for (const one of matching) singles.add(one);
    return matching;
  });
  const values = thresholdsIn(thresholds);
  const unit = found[0]?.series.unit ?? '';
  if (values.length === 0) return found;
  const lines = chartThresholds(values, unit, language);
  return found.map((one) =>
    one.series.unit === unit && !one.instead ? withThresholds(one, lines, language) : one,
  );
}

/** `null` if the agent has none of the metrics; in its place a notice if they cannot share a chart. */
function combinedChart(
  names: readonly string[],
  placed: readonly PlacedSeries[],
  arrangement: Arrangement,
  language: Language,
): PlacedSeries | null {
  const name = names.join('+');
  const texts = combinedMessages(language);
  const refused = (title: string, text: string): PlacedSeries =>
    inPlaceOf(name, notice(title, text, `${name} –`));
  const glob = names.find((one) => one.includes('*'));
  if (glob !== undefined) return refused(texts.globInSum(glob), texts.nameThem(name));
  const members = names.flatMap((one) => placed.find(({ series }) => series.name === one) ?? []);
  const [first] = members;
  if (first === undefined) return null;
  const { unit } = first.series;
  if (members.some(({ series }) => series.unit !== unit)) {
    const all = members.map(({ series }) => texts.inUnit(series.label, series.unit));
    return refused(texts.otherUnits, texts.units(all.join(language.messages.separator.list)));
  }
  const { title, names: labels } = commonTitle(
    members.map(({ series }) => series.label),
    language,
  );
  return {
    ...first,
    series: { name, label: title, unit, headline: true, ...endsOf(members, arrangement) },
    combined: {
      arrangement,
      ...headAs(arrangement === 'lines' ? 'column' : 'sum'),
      series: members.map((member, index) => seriesOf(member, labels[index] ?? '', names, arrangement)),
    },
  };
}

function inPlaceOf(name: string, instead: TemplateResult): PlacedSeries {
  return { series: { name, label: name, unit: '', headline: true }, column: -1, hue: 'neutral', instead };
}

/** As of `<metric-chart>`: the sum of all is not known unless each is. */
function headAs(headValue: HeadValue): Pick<CombinedSeries, 'headValue' | 'headOf'> {
  return {
    headValue,
    headOf: (values) => {
      const known = values.filter((value) => value !== null);
      if (headValue === 'column') return values[0] ?? null;
      if (headValue === 'highest') return known.length === 0 ? null : Math.max(...known);
      return known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0);
    },
  };
}

/** Colours and sides stay where they are while other metrics are missing. */
function seriesOf(
  { series: { name }, column, hue }: PlacedSeries,
  label: string,
  names: readonly string[],
  arrangement: Arrangement,
): ChartSeries {
  const place = names.indexOf(name);
  const shade = names.slice(0, place).filter((one) => hueOf(one) === hue).length;
  return {
    name,
    label,
    column,
    hue,
    shade: SHADES[shade % SHADES.length] ?? 'first',
    isBelow: arrangement === 'mirrored' && place >= names.length / 2,
  };
}

/** Ends of the value axis that all series share. Those of several things, such as processors, add up in a stack. */
function endsOf(members: readonly PlacedSeries[], arrangement: Arrangement): Pick<Series, 'min' | 'max'> {
  const shared = (end: 'min' | 'max'): number | undefined => {
    const [one] = members;
    return members.every(({ series }) => series[end] === one?.series[end]) ? one?.series[end] : undefined;
  };
  const things = arrangement === 'stacked' ? new Set(members.map(({ series }) => series.instance)).size : 1;
  const [min, max] = [shared('min'), shared('max')];
  if (arrangement === 'mirrored') return {};
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max: max * things }) };
}

function withThresholds(
  one: PlacedSeries,
  thresholds: readonly ChartThreshold[],
  language: Language,
): PlacedSeries {
  const { combined } = one;
  const chart: PlacedSeries =
    combined?.headValue === 'column' ? { ...one, combined: { ...combined, ...headAs('highest') } } : one;
  return { ...chart, thresholds, noticeOf: (context) => noticeOf(chart, thresholds, context, language) };
}

/** What the newest values passed. */
function noticeOf(
  chart: PlacedSeries,
  thresholds: readonly ChartThreshold[],
  context: ChartsContext,
  language: Language,
): ChartNotice | null {
  const value = newestValue(chart, context);
  const passed = thresholds.findLast((one) => value !== null && value >= one.value);
  if (passed === undefined || passed.level === 'fact' || context.isStale) return null;
  return { level: passed.level, text: combinedMessages(language).over(passed.label) };
}
