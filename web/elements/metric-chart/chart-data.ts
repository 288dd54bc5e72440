import type { TimeWindow } from '../../../shared/time-window.ts';
import type { Point } from '../../charts/gaps.ts';
import type { Messages } from '../../locales/en.ts';
import type { ChartSeries, ChartThreshold, HeadValue } from './chart-series.ts';
import type { PointCache } from './point-cache.ts';
import { insideOf, shownLine, valueOf, valuesAt, type LineRequest, type ShownLine } from './shown-line.ts';

export interface DataRequest extends Omit<LineRequest, 'columns'> {
  readonly column: number;
  /** `null`: only that of `column`. */
  readonly series: readonly ChartSeries[] | null;
  readonly headValue: HeadValue;
}

/** Present values, where the newest points are not those of the present. */
export interface Present {
  /** Of the number in the head. */
  readonly current: number | null | undefined;
  /** Of the series that were asked for. */
  readonly currents: readonly (number | null)[] | undefined;
}

/** What a chart shows of its samples: the lines, and the readings of its head and its legend. */
export class ChartData {
  /** Those of which something is known; `null`: only that of the number in the head. */
  readonly series: readonly ChartSeries[] | null;
  /** Of the series, and after them that of the number in the head, where it is none of them. */
  readonly line: ShownLine;
  /** Of the line's series, that of the number in the head; `null`: it is computed. */
  readonly headIndex: number | null;
  readonly #asked: readonly ChartSeries[] | null;
  readonly #headValue: HeadValue;

  constructor(request: DataRequest, messages: Messages, cache: PointCache) {
    const { series, column, headValue, samples, spread, points, intervalMs, gaps, span } = request;
    this.#asked = series;
    this.#headValue = headValue;
    this.series = series === null ? null : knownSeries(series, samples);
    const columns = this.series?.map((one) => one.column) ?? [];
    if (this.series === null || headValue === 'column') {
      if (!columns.includes(column)) columns.push(column);
      this.headIndex = columns.indexOf(column);
    } else {
      this.headIndex = null;
    }
    this.line = shownLine({ samples, columns, spread, points, intervalMs, gaps, span }, messages, cache);
  }

  get isEmpty(): boolean {
    return this.line.times.length + this.line.gaps.length === 0;
  }

  /** Index of the newest point shown; `null` if there is none. */
  get newest(): number | null {
    const { first, end } = this.line;
    return end > first ? end - 1 : null;
  }

  /** The values of the series. @param index of a point; `null`: at present */
  valuesAt(index: number | null, { currents }: Present): readonly (number | null)[] {
    const series = this.series ?? [];
    if (index === null && currents !== undefined)
      return series.map((one) => currents[this.#asked?.indexOf(one) ?? -1] ?? null);
    return valuesAt(this.line, series.length, index ?? this.newest);
  }

  /** The number in the head; `null` if it or a part of it is not known. @param index of a point; `null`: at present */
  headAt(index: number | null, present: Present): number | null {
    if (index === null && present.current !== undefined) return present.current;
    const values = this.valuesAt(index, present);
    if (this.headIndex === null) return this.#computed(values);
    if (this.headIndex < values.length) return values[this.headIndex] ?? null;
    return valueOf(this.line.series[this.headIndex]?.[index ?? this.newest ?? -1]);
  }

  /** The shown points of the number in the head. */
  headPoints(): readonly Point[] {
    const { line, headIndex } = this;
    if (headIndex !== null) return insideOf(line, headIndex);
    const series = line.series.slice(0, this.series?.length ?? 0);
    // An hour has thousands of points: one array is for all of them.
    const values: (number | null)[] = [];
    return insideOf(line).map(({ x }, index) => {
      for (const [at, points] of series.entries()) values[at] = valueOf(points[line.first + index]);
      return { x, y: this.#computed(values) ?? Number.NaN };
    });
  }

  /** Thresholds of the series that were asked for as those of the series that are shown. */
  thresholdsOf(thresholds: readonly ChartThreshold[]): readonly ChartThreshold[] {
    const { series } = this;
    if (series === this.#asked) return thresholds;
    return thresholds.flatMap((threshold) => {
      const limited = this.#asked?.[threshold.of ?? -1];
      if (limited === undefined) return [threshold];
      const of = series?.indexOf(limited) ?? -1;
      return of < 0 ? [] : [{ ...threshold, of }];
    });
  }

  #computed(values: readonly (number | null)[]): number | null {
    if (this.#headValue === 'highest') {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? null : Math.max(...known);
    }
    if (values.length === 0) return null;
    return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
  }
}

/** The series of which something is known: a stack with one of which nothing is has no sum. Before the first value, all that the agent has. */
function knownSeries(series: readonly ChartSeries[], samples: TimeWindow | null): readonly ChartSeries[] {
  const known = series.filter(({ column }) => isKnown(column, samples));
  if (known.length === series.length) return series;
  return known.length > 0 ? known : series.filter(({ column }) => column >= 0);
}

function isKnown(column: number, samples: TimeWindow | null): boolean {
  for (let row = (samples?.length ?? 0) - 1; row >= 0; row -= 1) {
    if (samples?.valueAt(column, row) !== null) return true;
  }
  return false;
}
