import type { History, RequestId } from '../../shared/protocol/messages.ts';
import type { HistorySlice } from '../store/sample-history.ts';
import type { HistoryAnswer } from './history-answer.ts';

/** About 32 KB at a dozen characters each (FC-4). */
const MAX_MESSAGE_VALUES = 2700;
const MAX_MESSAGE_GAPS = 400;

type Points = Pick<History, 'ts' | 'mean' | 'min' | 'max'>;
type Head = Partial<Pick<History, 'host' | 'series' | 'tier' | 'stepMs' | 'gaps' | 'tables'>>;

/** An answer as messages of about 32 KB at most. A step without a message was work. @throws RequestError `history_failed` */
export function* historyMessages(answer: HistoryAnswer, id: RequestId): Generator<History | undefined, void> {
  const { isRaw } = answer.plan;
  const message = (head: Head, points: Points, done: boolean): History => {
    return { type: 'history', id, ...head, ...points, done };
  };
  const none = pointsOf(emptySlice(answer.series.length), 0, 0, isRaw);
  let head: Head = headOf(answer);
  for (const gaps of pieces(answer.gaps)) {
    if (head.gaps !== undefined) {
      yield message(head, none, false);
      head = {};
    }
    head = { ...head, gaps };
  }
  // Held until it is known whether it is the last.
  let points: Points | undefined;
  for (const slice of answer.slices()) {
    for (const next of splitSlice(slice, isRaw)) {
      if (points !== undefined) {
        yield message(head, points, false);
        head = {};
      }
      points = next;
    }
    yield undefined;
  }
  yield message(head, points ?? none, true);
}

function headOf({ host, series, plan, tables }: HistoryAnswer): Head {
  return { host: host.id, series: [...series], tier: plan.tier, stepMs: plan.stepMs, tables };
}

/** At least one piece, so that the first message has `gaps`. */
function* pieces<T>(all: readonly T[]): Generator<T[], void> {
  for (let start = 0; start === 0 || start < all.length; start += MAX_MESSAGE_GAPS) {
    yield all.slice(start, start + MAX_MESSAGE_GAPS);
  }
}

function* splitSlice(slice: HistorySlice, isRaw: boolean): Generator<Points, void> {
  const perPoint = 1 + slice.mean.length * (isRaw ? 1 : 3);
  const length = Math.max(1, Math.floor(MAX_MESSAGE_VALUES / perPoint));
  for (let start = 0; start < slice.timesMs.length; start += length) {
    yield pointsOf(slice, start, start + length, isRaw);
  }
}

/** NaN becomes `null` in JSON. */
function pointsOf(
  { timesMs, mean, min, max }: HistorySlice,
  start: number,
  end: number,
  isRaw: boolean,
): Points {
  const part = (column: Float64Array): number[] => Array.from(column.subarray(start, end));
  return {
    ts: part(timesMs),
    mean: mean.map(part),
    ...(isRaw ? {} : { min: min.map(part), max: max.map(part) }),
  };
}

function emptySlice(series: number): HistorySlice {
  const timesMs = new Float64Array();
  const columns = Array.from({ length: series }, () => timesMs);
  return { timesMs, min: columns, mean: columns, max: columns };
}
