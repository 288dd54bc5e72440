import type { LitElement, ReactiveController } from 'lit';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { windowOf } from '../../browser/documents.ts';
import {
  findGaps,
  GAP_AFTER_INTERVALS,
  type GapSpan,
  type LabelledGap,
  type Point,
} from '../../charts/gaps.ts';
import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import { LIVE, precisionOf, type Precision } from '../../locales/format-moment.ts';
import { PartController } from '../part-controller.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import { placeCrosshair } from './crosshair-marks.ts';
import type { CrosshairPosition } from './crosshair.ts';
import { drawing } from './drawing.ts';

export interface LineRequest {
  readonly samples: TimeWindow | null;
  readonly column: number;
  /** Distance to the columns of lowest and of highest values; 0 without them. */
  readonly spread: number;
  readonly points: number;
  readonly intervalMs: number;
  readonly gaps: readonly SampleGap[];
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
}

/** A series, and the stretch of it that a chart shows. */
export interface ShownLine {
  /** All samples held: the line begins and ends outside the plot. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The points between `fromMs` and `toMs`. */
  readonly inside: readonly Point[];
  readonly gaps: readonly LabelledGap[];
  /** How exactly its times are written. */
  readonly precision: Precision;
}

export function shownLine(
  { samples, column, spread, points: count, intervalMs, gaps, span }: LineRequest,
  messages: Messages,
): ShownLine {
  const points = pointsOf(samples, column, spread);
  const newestMs = points.at(-1)?.x ?? 0;
  const fromMs = span?.fromMs ?? newestMs - Math.max(1, count - 1) * intervalMs;
  const toMs = span?.toMs ?? newestMs;
  // The times of samples jitter by milliseconds: the one on the left edge still counts.
  const slackMs = span === null ? intervalMs / 2 : 0;
  return {
    points,
    fromMs,
    toMs,
    inside: points.filter(({ x }) => x >= fromMs - slackMs && x <= toMs),
    gaps: labelGaps(
      [...findGaps(points, intervalMs), ...(span === null ? [] : gapsBeyond(points, gaps))],
      gaps,
      intervalMs,
      messages,
    ),
    precision: span === null ? LIVE : precisionOf(fromMs, toMs, spread === 0 ? 0 : intervalMs),
  };
}

/** `null` if the value is not known, or there is no point. */
export function valueOf(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}

/**
 * The time nearest to `timestampMs` among `times`, which ascend; `null` if there is none.
 * @param steps moves on by this many samples, to newer ones if positive, and stops at the ends
 */
export function nearestSample(times: readonly number[], timestampMs: number, steps = 0): number | null {
  const distances = times.map((time) => Math.abs(time - timestampMs));
  const nearest = distances.indexOf(Math.min(...distances));
  return times[Math.min(times.length - 1, Math.max(0, nearest + steps))] ?? null;
}

export interface PlottedChart {
  readonly unit: string;
  /** Ends of the value axis where they are fixed. */
  readonly min?: number;
  readonly max?: number;
  readonly intervalMs: number;
  readonly spread: number;
  readonly sparkline: boolean;
  readonly alerts: ChartAlerts | null;
}

/** Draws the line of its host on the host's canvas, once the drawing code is loaded. */
export class ChartPlot implements ReactiveController {
  readonly #host: LitElement;
  readonly #drawing: PartController<NonNullable<typeof drawing.module>>;
  #chart: RollingLineChart | null = null;
  #unobserve: () => void = () => {};

  constructor(host: LitElement) {
    this.#host = host;
    this.#drawing = new PartController(host, drawing);
    this.#drawing.want();
    host.addController(this);
  }

  /** `null` before the first rendering. */
  get canvas(): HTMLCanvasElement | null {
    return this.#host.shadowRoot?.querySelector('canvas') ?? null;
  }

  get isDrawn(): boolean {
    return this.#chart !== null;
  }

  get hasFailed(): boolean {
    return this.#drawing.hasFailed;
  }

  draw(line: ShownLine, chart: PlottedChart, locale: string, selectedMs: number | null): void {
    const { canvas } = this;
    const { module } = this.#drawing;
    const { isConnected, ownerDocument } = this.#host;
    if (module === null || canvas === null || !isConnected || ownerDocument.defaultView === null) return;
    this.#chart ??= new module.RollingLineChart(canvas, module.labelFormat);
    const { unit, min, max, intervalMs, sparkline: isBare, alerts } = chart;
    const overlay = alerts?.overlay ?? null;
    const gapMs = GAP_AFTER_INTERVALS * intervalMs;
    const hasBand = !isBare && chart.spread > 0;
    const values = hasBand ? extremesOf(line.inside) : line.inside.map(valueOf);
    const axis = module.valueAxis(unit, [...values, ...(overlay?.axisValues(values) ?? [])], min, max);
    this.#chart.draw({
      series: [{ points: line.points, hue: 'neutral', shade: 'first', isBelow: false }],
      arrangement: 'lines',
      isolated: null,
      thresholds: [],
      fired: [],
      marks: [],
      fromMs: line.fromMs,
      toMs: line.toMs,
      gaps: line.gaps,
      axis,
      gapMs,
      unit,
      locale,
      selectedMs,
      isBare,
      hasBand,
      overlay,
    });
  }

  /** Moves the crosshair marks; `null` hides them. @param value of the series at the crosshair's time */
  placeCrosshair(position: CrosshairPosition | null, value: number | null): void {
    placeCrosshair(this.#host.renderRoot, position === null ? null : this.#chart, position, value);
  }

  /** The time drawn at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#chart?.timeAt(offsetX) ?? null;
  }

  readonly recolour = (): void => this.#chart?.recolour();

  /** Applies size and colours at once, for printing. */
  settle(): void {
    // Colours may have changed while their style was not computed.
    for (const transition of this.canvas?.getAnimations() ?? []) transition.finish();
    this.recolour();
    this.#chart?.resize();
  }

  hostConnected(): void {
    const own = windowOf(this.#host);
    // Chart.js observes sizes with the window of its script, which does nothing while that is hidden.
    if (own === window) return;
    const observer = new own.ResizeObserver(() => this.#chart?.resize());
    observer.observe(this.#host);
    // A closing window does not disconnect its elements, and nothing can be measured in it.
    const closed = (): void => this.#destroy();
    own.addEventListener('pagehide', closed);
    this.#unobserve = () => {
      observer.disconnect();
      own.removeEventListener('pagehide', closed);
    };
  }

  hostDisconnected(): void {
    this.#unobserve();
    this.#destroy();
  }

  #destroy(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }
}

function pointsOf(samples: TimeWindow | null, column: number, spread: number): Point[] {
  const valueAt = (at: number, row: number): number => samples?.valueAt(at, row) ?? Number.NaN;
  return Array.from({ length: samples?.length ?? 0 }, (_, row) => {
    const point = { x: samples?.timestampAt(row) ?? Number.NaN, y: valueAt(column, row) };
    return spread === 0
      ? point
      : { ...point, low: valueAt(column + spread, row), high: valueAt(column + 2 * spread, row) };
  });
}

/** The known lowest and highest values of points. */
export function extremesOf(points: readonly Point[]): number[] {
  return points.flatMap(({ y, low = y, high = y }) => [low, high]).filter((value) => !Number.isNaN(value));
}

/** Known gaps before the first and after the last point, as in a range that the agent was away in. */
function gapsBeyond(points: readonly Point[], gaps: readonly SampleGap[]): GapSpan[] {
  const known = points.filter(({ y }) => !Number.isNaN(y));
  const { x: firstMs } = known[0] ?? { x: Number.POSITIVE_INFINITY };
  const { x: lastMs } = known.at(-1) ?? { x: Number.NEGATIVE_INFINITY };
  return gaps.flatMap(({ fromMs, toMs }) => {
    if (fromMs < firstMs) return [{ fromMs, toMs: Math.min(toMs, firstMs) }];
    return toMs > lastMs && fromMs >= lastMs ? [{ fromMs, toMs }] : [];
  });
}

/** Gaps with their causes: one that explains less than half of a gap does not name it. */
function labelGaps(
  spans: readonly GapSpan[],
  causes: readonly SampleGap[],
  intervalMs: number,
  { gaps }: Messages,
): LabelledGap[] {
  return spans.map((gap) => {
    const explainedMs = new Map<string, number>();
    for (const { fromMs, toMs, reason } of causes) {
      const overlapMs = Math.min(toMs, gap.toMs) - Math.max(fromMs, gap.fromMs);
      if (overlapMs > 0) explainedMs.set(reason, (explainedMs.get(reason) ?? 0) + overlapMs);
    }
    let reason = 'noSamples';
    // The last known point covers an interval of it.
    let longestMs = (gap.toMs - gap.fromMs - intervalMs) / 2;
    for (const [cause, lengthMs] of explainedMs) {
      if (lengthMs < longestMs) continue;
      longestMs = lengthMs;
      reason = cause;
    }
    // Show reasons of later agents unchanged.
    return { ...gap, label: ownText(gaps, reason) ?? reason.replaceAll('_', ' ') };
  });
}
