import type { HistoryPlan, SampleHistory, Tier } from '../../sample-history.ts';
import { decimalsOf, type HistoryModel, type ModelRow } from './history-model.ts';
import { isNear } from './is-near.ts';

/** All slices of an answer. */
interface Points {
  readonly timesMs: readonly number[];
  readonly min: readonly (readonly number[])[];
  readonly mean: readonly (readonly number[])[];
  readonly max: readonly (readonly number[])[];
}

/** What a metric was in some rows; NaN is unknown. */
interface Truth {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly slack: number;
  readonly meanSlack: number;
}

const SECOND_MS = 1000;
/** A mean is rounded as finely as its values, or to two decimals, and again where coarser rows are made of it. */
const MEAN_SLACK = 1.02;
const MIN_MEAN_GRAIN = 0.01;

export const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 30].map((min) => min * 60_000),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((h) => h * 3_600_000),
];

/**
 * Compares the points of a plan with what was recorded. Returns the lies.
 * @param isLearning whether retention has run since the last time, so that the oldest may be gone: tells the model what is
 */
export function judgePoints(
  history: SampleHistory,
  plan: HistoryPlan,
  model: HistoryModel,
  isLearning = false,
): string[] {
  return new Judgement(history, plan, model, isLearning).flaws;
}

class Judgement {
  readonly flaws: string[] = [];
  readonly #plan: HistoryPlan;
  readonly #model: HistoryModel;
  readonly #isLearning: boolean;
  readonly #points: Points;
  readonly #ids: readonly number[];

  constructor(history: SampleHistory, plan: HistoryPlan, model: HistoryModel, isLearning: boolean) {
    this.#plan = plan;
    this.#model = model;
    this.#isLearning = isLearning;
    this.#ids = plan.metrics.map((name) => model.seriesId(name));
    this.#points = this.#all(history);
    const { timesMs } = this.#points;
    if (timesMs.some((timeMs, index) => timeMs <= (timesMs[index - 1] ?? Number.NEGATIVE_INFINITY))) {
      this.#flaw('the times do not ascend');
    } else if (plan.isRaw) this.#judgeRaw();
    else this.#judgeSteps();
  }

  #all(history: SampleHistory): Points {
    const timesMs: number[] = [];
    const columns = (): number[][] => this.#plan.metrics.map(() => []);
    const points = { timesMs, min: columns(), mean: columns(), max: columns() };
    for (const slice of history.read(this.#plan)) {
      timesMs.push(...slice.timesMs);
      for (const kind of ['min', 'mean', 'max'] as const) {
        points[kind].forEach((column, index) => {
          const part = slice[kind][index] ?? new Float64Array();
          if (part.length !== slice.timesMs.length)
            this.#flaw(
              `${kind} of ${this.#plan.metrics[index]} has ${part.length} of ${slice.timesMs.length} points`,
            );
          column.push(...part);
        });
      }
    }
    return points;
  }

  /** Each point is one sample, or several of a time that came twice. */
  #judgeRaw(): void {
    const rows = this.#kept(this.#rowsBetween(this.#plan.fromMs, this.#plan.toMs));
    const { timesMs } = this.#points;
    const [firstMs = Number.POSITIVE_INFINITY] = timesMs;
    const before = rows.filter(({ timestampMs }) => timestampMs < firstMs);
    if (before.length > 0) this.#flaw(`${before.length} samples from ${before[0]?.timestampMs} are missing`);
    const mergedMs = Math.max(SECOND_MS, this.#model.intervalMs) / 2;
    let next = before.length;
    timesMs.forEach((timeMs, point) => {
      const members: ModelRow[] = [];
      const endMs = timesMs[point + 1] ?? Number.POSITIVE_INFINITY;
      for (let row = rows[next]; row !== undefined && row.timestampMs < endMs; row = rows[next]) {
        members.push(row);
        next += 1;
      }
      const spanMs = (members.at(-1)?.timestampMs ?? 0) - timeMs;
      if (members[0]?.timestampMs !== timeMs) this.#flaw(`no sample was taken at ${timeMs}`);
      else if (spanMs > mergedMs) this.#flaw(`${members.length} samples from ${timeMs} on are one point`);
      else if (!this.#isRight(point, members)) {
        this.#flaw(`wrong at ${timeMs}: ${this.#shown(point, members)}`);
      }
    });
  }

  #judgeSteps(): void {
    const { fromMs, toMs, stepMs, tier } = this.#plan;
    const { timesMs } = this.#points;
    const firstMs = Math.floor(fromMs / stepMs) * stepMs;
    const groups = new Map<number, ModelRow[]>();
    for (const row of this.#rowsBetween(firstMs, Math.ceil(toMs / stepMs) * stepMs)) {
      const beginMs = Math.floor(row.timestampMs / stepMs) * stepMs;
      const group = groups.get(beginMs);
      if (group === undefined) groups.set(beginMs, [row]);
      else group.push(row);
    }
    const places = new Map(timesMs.map((timeMs, point) => [timeMs, point]));
    for (const [timeMs, point] of places) {
      if (timeMs % stepMs !== 0) this.#flaw(`${timeMs} is not the begin of a step`);
      else if (timeMs + stepMs <= fromMs || timeMs >= toMs) this.#flaw(`${timeMs} is not in the range`);
      else if (!groups.has(timeMs) && this.#isAnyKnown(point))
        this.#flaw(`nothing was recorded from ${timeMs}: ${this.#shown(point, [])}`);
    }
    const learned: (readonly [row: ModelRow, isForgotten: boolean | 'perhaps'])[] = [];
    for (const [timeMs, rows] of groups) {
      if (rows.some(({ isForgotten }) => isForgotten[tier] === 'perhaps')) continue;
      const point = places.get(timeMs);
      const kept = this.#kept(rows);
      if (this.#agrees(point, kept)) continue;
      // Of a step at an edge of the range, only the part inside may be counted.
      if (
        this.#agrees(
          point,
          kept.filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs < toMs),
        )
      )
        continue;
      if (this.#isLearning) {
        const inOrder = kept.toSorted((a, b) => a.order - b.order);
        const left = Array.from(inOrder, (_row, index) => inOrder.slice(index + 1)).find((some) =>
          this.#agrees(point, some),
        );
        if (left !== undefined) {
          const isRepeated = inOrder.some(({ order }, index) => order !== (inOrder[0]?.order ?? 0) + index);
          for (const row of inOrder)
            if (!left.includes(row)) learned.push([row, isRepeated ? 'perhaps' : true]);
          continue;
        }
      }
      this.#flaw(`wrong from ${timeMs}: ${this.#shown(point, kept)}`);
    }
    for (const [row, isForgotten] of learned) row.isForgotten[tier] = isForgotten;
    if (learned.length > 0) this.#judgeOrder(tier);
  }

  /** What is deleted is the oldest, in the order of recording; where the clock was set back, an old chunk may have been written anew. */
  #judgeOrder(tier: Tier): void {
    if (this.#model.byTime.some((row, place) => row.order !== place)) return;
    const certain = this.#model.rows.filter(({ isForgotten }) => isForgotten[tier] !== 'perhaps');
    const first = certain.findIndex(({ isForgotten }) => isForgotten[tier] === false);
    const late =
      first < 0 ? undefined : certain.slice(first).find(({ isForgotten }) => isForgotten[tier] === true);
    if (late !== undefined) {
      this.#flaw(
        `the row of ${late.timestampMs} (${late.order}) is deleted, that of ${certain[first]?.timestampMs} (${certain[first]?.order}) is not`,
      );
    }
  }

  #rowsBetween(fromMs: number, toMs: number): readonly ModelRow[] {
    const { byTime } = this.#model;
    return byTime.slice(lowerBound(byTime, fromMs), lowerBound(byTime, toMs));
  }

  #kept(rows: readonly ModelRow[]): readonly ModelRow[] {
    return rows.filter(({ isForgotten }) => isForgotten[this.#plan.tier] === false);
  }

  /** Whether a point tells these rows; no point is right where nothing is known. */
  #agrees(point: number | undefined, rows: readonly ModelRow[]): boolean {
    if (point !== undefined) return this.#isRight(point, rows);
    return this.#ids.every((id) => Number.isNaN(truthOf(rows, id).mean));
  }

  #isRight(point: number, rows: readonly ModelRow[]): boolean {
    return this.#ids.every((_id, metric) => this.#isMetricRight(metric, point, rows));
  }

  #isMetricRight(metric: number, point: number, rows: readonly ModelRow[]): boolean {
    const truth = truthOf(rows, this.#ids[metric] ?? -1);
    const min = this.#points.min[metric]?.[point] ?? Number.NaN;
    const mean = this.#points.mean[metric]?.[point] ?? Number.NaN;
    const max = this.#points.max[metric]?.[point] ?? Number.NaN;
    return (
      isNear(min, truth.min, truth.slack) &&
      isNear(max, truth.max, truth.slack) &&
      isNear(mean, truth.mean, rows.length > 1 ? truth.meanSlack : truth.slack) &&
      !(mean < min || mean > max)
    );
  }

  #isAnyKnown(point: number): boolean {
    return this.#points.mean.some((column) => !Number.isNaN(column[point]));
  }

  /** What is told of a point, and what was, as least, mean and greatest: metrics that are wrong. */
  #shown(point: number | undefined, rows: readonly ModelRow[]): string {
    if (point === undefined) return `no point, there were ${rows.length} samples`;
    const { min, mean, max } = this.#points;
    const wrong = this.#plan.metrics.flatMap((name, metric) => {
      if (this.#isMetricRight(metric, point, rows)) return [];
      const truth = truthOf(rows, this.#ids[metric] ?? -1);
      const told = [min, mean, max].map((columns) => columns[metric]?.[point]).join('/');
      return [`${name} ${told}, was ${truth.min}/${truth.mean}/${truth.max}`];
    });
    return `${wrong.join('; ')} in ${rows.length} samples`;
  }

  #flaw(text: string): void {
    const { tier, stepMs, fromMs, toMs, isRaw } = this.#plan;
    this.flaws.push(`${tier} by ${isRaw ? 'samples' : stepMs}, ${fromMs} to ${toMs}: ${text}`);
  }
}

function truthOf(rows: readonly ModelRow[], id: number): Truth {
  let min = Number.NaN;
  let max = Number.NaN;
  let sum = 0;
  let count = 0;
  let slack = 0;
  let grain = 1;
  for (const row of rows) {
    const value = row.mean[id] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (!(min <= value)) min = value;
    if (!(max >= value)) max = value;
    sum += value;
    count += 1;
    const own = row.slack?.[id] ?? 0;
    if (own > slack) slack = own;
    grain = Math.min(grain, own > 0 ? 2 * own : 1 / 10 ** decimalsOf(value));
  }
  return {
    min,
    max,
    mean: sum / count,
    slack,
    meanSlack: slack + MEAN_SLACK * Math.max(grain, MIN_MEAN_GRAIN),
  };
}

/** The first row from a time on. */
function lowerBound(rows: readonly ModelRow[], timeMs: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.timestampMs ?? 0) < timeMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
