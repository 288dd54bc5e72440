import type { RollingLine } from '../../charts/rolling-line.ts';
import { timeTicks } from '../../charts/time-ticks.ts';
import type { Trace, TracePoint } from '../../charts/traces.ts';
import { formatReading } from '../../locales/format.ts';
import { formatMoment } from '../../locales/format-moment.ts';
import { markup, type Markup } from './markup.ts';
import type { MomentParts } from './moment-parts.ts';

type Drawing = MomentParts['drawing'];
/** Points in a row that are joined. */
type Runs = ReturnType<Drawing['runsOf']>;

/** User units of the picture, which is about as large on a screen. */
const WIDTH = 440;
const HEIGHT = 168;
const TOP = 18;
const BOTTOM = 146;
const MOST_TIMES = 5;
const LABEL_WIDTH = 62;
const LABEL_HEIGHT = 12;
/** Of the lines, whose coordinates are whole numbers. */
const FINE = 4;
/** Of a character, about. */
const CHARACTER_WIDTH = 6.2;
const DAY_MS = 86_400_000;

/**
 * A chart as SVG without styles of its own (moment-styles.ts).
 * @param description its text alternative
 * @param columns each shows at most two points of a line: the lowest and the highest
 */
export function chartPicture(
  line: RollingLine,
  description: string,
  columns: number,
  drawing: Drawing,
): Markup {
  const { fromMs, toMs, axis, unit, locale } = line;
  const x = (timeMs: number): number => round(((timeMs - fromMs) / (toMs - fromMs || 1)) * WIDTH);
  const y = (value: number): number =>
    round(BOTTOM - ((value - axis.min) / (axis.max - axis.min || 1)) * (BOTTOM - TOP));
  const top = axis.ticks.at(-1);
  const { times, stepMs } = timeTicks(
    fromMs + ((toMs - fromMs) * LABEL_WIDTH) / 2 / WIDTH,
    toMs - ((toMs - fromMs) * LABEL_WIDTH) / 2 / WIDTH,
    MOST_TIMES,
  );
  const timeText = (timeMs: number): string =>
    formatMoment(timeMs, { hasDate: stepMs >= DAY_MS, stepMs }, locale);
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${description}</title>${[
    ...axis.ticks.map(
      (tick) => markup`<path class="${tick === 0 ? 'zero' : 'grid'}" d="M0 ${y(tick)}h${WIDTH}"/>`,
    ),
    ...(top === undefined
      ? []
      : [markup`<text x="0" y="${y(top) - 5}">${formatReading(top, unit, locale)}</text>`]),
    ...times.map(
      (time) => markup`<text class="time" x="${x(time)}" y="${BOTTOM + 16}">${timeText(time)}</text>`,
    ),
    ...line.gaps.map((gap) => {
      const from = x(Math.max(fromMs, gap.fromMs));
      const width = round(x(Math.min(toMs, gap.toMs)) - from);
      const fits = gap.label.length * CHARACTER_WIDTH < width;
      return markup`<rect class="gap" x="${from}" y="${TOP}" width="${width}" height="${BOTTOM - TOP}"/>${
        fits
          ? [markup`<text class="time" x="${round(from + width / 2)}" y="${TOP + 32}">${gap.label}</text>`]
          : []
      }`;
    }),
    markup`<g transform="scale(${1 / FINE})">${lines(line, columns, drawing)}</g>`,
    ...limits(line, y, drawing),
    ...(line.selectedMs === null || line.selectedMs < fromMs || line.selectedMs > toMs
      ? []
      : [markup`<path class="selected" d="M${x(line.selectedMs)} ${TOP}V${BOTTOM}"/>`]),
  ]}</svg>`;
}

/** Lines with their labels, as far as these have room. */
function limits(
  line: RollingLine,
  y: (value: number) => number,
  { shownThresholds }: Drawing,
): readonly Markup[] {
  const { min, max } = line.axis;
  const labelled: number[] = [];
  return shownThresholds(line)
    .filter(({ value }) => value >= min && value <= max)
    .map(({ value, level, label }) => {
      const at = y(value);
      const textY = at < TOP + 14 ? at + 12 : at - 4;
      const hasRoom = labelled.every((other) => Math.abs(other - textY) >= LABEL_HEIGHT);
      if (hasRoom) labelled.push(textY);
      return markup`<path class="limit ${level}" d="M0 ${at}h${WIDTH}"/>${
        hasRoom ? [markup`<text class="halo" x="0" y="${textY}">${label}</text>`] : []
      }`;
    });
}

/** Areas and bands first, lines on them; the first series lies on top. */
function lines(line: RollingLine, columns: number, { runsOf, tracesOf }: Drawing): readonly Markup[] {
  const traces = tracesOf(line, (line.toMs - line.fromMs) / columns).toReversed();
  const isFilled = line.arrangement !== 'lines' || (traces.length === 1 && !line.hasBand);
  const isBanded = line.hasBand && line.arrangement !== 'stacked';
  const place = placeOn(line);
  const className = ({ series }: Trace, kind: string): string =>
    `${kind} ${line.arrangement} ${series.hue} ${series.shade}`;
  const areas = isFilled
    ? traces.map((trace) => shape(className(trace, 'area'), area(runsOf(trace), place)))
    : isBanded
      ? traces.map((trace) => shape(className(trace, 'band'), band(runsOf(trace), place)))
      : [];
  // In a stack, a layer's line would be painted over by the area of the next one.
  const drawn = traces.map((trace) =>
    shape(
      className(trace, 'line'),
      runsOf(trace)
        .map((run) => path(run, place))
        .join(''),
    ),
  );
  const peaks = line.peaks?.filter(({ high = Number.NaN }) => !Number.isNaN(high)) ?? [];
  const highest =
    line.arrangement === 'stacked' && peaks.length > 0
      ? [shape('peaks', peaks.map(({ x, high = Number.NaN }) => `M${place(x, high).join(' ')}h4`).join(''))]
      : [];
  return [...areas, ...drawn, ...highest];
}

function shape(className: string, d: string): Markup {
  return markup`<path class="${className}" d="${d}"/>`;
}

type Place = (timeMs: number, value: number) => readonly [x: number, y: number];

/** In whole numbers of finer units. */
function placeOn({ fromMs, toMs, axis }: RollingLine): Place {
  const height = (BOTTOM - TOP) * FINE;
  return (timeMs, value) => [
    Math.round(((timeMs - fromMs) / (toMs - fromMs || 1)) * WIDTH * FINE),
    Math.round(BOTTOM * FINE - ((value - axis.min) / (axis.max - axis.min || 1)) * height),
  ];
}

/** Relative steps are shorter. A single point is a dot: a line to itself with round ends. */
function path(
  points: readonly TracePoint[],
  place: Place,
  valueOf = ({ y }: TracePoint): number => y,
): string {
  let [beforeX, beforeY] = [0, 0];
  return points
    .map((point, index) => {
      const [x, y] = place(point.x, valueOf(point));
      const step =
        index === 0 ? `M${x} ${y}${points.length === 1 ? 'h0' : 'l'}` : `${x - beforeX} ${y - beforeY} `;
      [beforeX, beforeY] = [x, y];
      return step;
    })
    .join('')
    .trimEnd();
}

/** Down to zero: what lies below in a stack is painted over it. */
function area(runs: Runs, place: Place): string {
  return runs
    .filter(({ length }) => length > 1)
    .map((run) => {
      const [, zeroY] = place(0, 0);
      const [startX] = place(run[0]?.x ?? 0, 0);
      return `${path(run, place)}V${zeroY}H${startX}Z`;
    })
    .join('');
}

/** From the lowest values to the highest. */
function band(runs: Runs, place: Place): string {
  return runs
    .filter(({ length }) => length > 1)
    .map((run) => {
      const up = path(run, place, ({ y, high = y }) => high);
      const down = path(run.toReversed(), place, ({ y, low = y }) => low);
      return `${up}${down.replace('M', 'L').replace('l', ' l')}Z`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
