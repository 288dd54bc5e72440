import type { Position } from '../../shared/protocol/messages.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import { HistoryError, type RecordedRun } from '../store/sample-history.ts';
import type { SampleQuery, StoredSample, StoreGap } from '../store/sample-store.ts';

/**
 * The most samples that a subscription gets of the past: 10 hours at one second. A client that was away for longer has no use for every sample, and all of
 * them would cost it and the agent too much.
 */
export const MAX_REPLAYED = 36_000;
/** Each run is announced with all its series: a limit for an agent that keeps crashing. */
const MAX_RUNS = 100;
/** Rows to look through in one step. */
const ROWS_PER_STEP = 3000;
/** The history has one row for the samples of a second. */
const LEAST_ROW_MS = 1000;
/** How long to wait for a history that is being opened. */
const MAX_OPENING_MS = 3000;

/** The first sample of a replay. */
export interface PastStart {
  readonly epoch: string;
  readonly seq: number;
  /** Whether it has every sample after `since`. */
  readonly isWhole: boolean;
}

/** What subscriptions to a host replay beyond its store: its earlier runs, and what the store has evicted of the present one. */
export class RecordedPast {
  readonly #stream: HostStream;

  constructor(stream: HostStream) {
    this.#stream = stream;
  }

  /** A run that the history holds. */
  run(epoch: string): RecordedRun | undefined {
    return this.#runs().find((run) => run.epoch === epoch);
  }

  /** The run after another one. If that is no longer kept, neither are those before it, so the oldest is next. */
  runAfter(epoch: string): RecordedRun | undefined {
    const runs = this.#runs();
    return runs[runs.findIndex((run) => run.epoch === epoch) + 1];
  }

  /** Rows that are read for one sample of a subscription. */
  rowsPerSample(run: RecordedRun, stride: number): number {
    return Math.max(1, (stride * this.#stream.unitMs) / Math.max(LEAST_ROW_MS, run.intervalMs));
  }

  /** Waits until the history is open, but not for long. */
  *opened(): Generator<'opening', void> {
    const { store, currentIntervalMs } = this.#stream;
    const { seq } = store.head;
    const mostSamples = Math.ceil(MAX_OPENING_MS / currentIntervalMs) + 1;
    while (this.#stream.history === null && store.head.seq - seq < mostSamples) yield 'opening';
  }

  /**
   * Finds the last `count` samples before those of the store.
   * @param since goes back no further than this position; `null` is returned if its run is not held
   */
  *find(count: number, stride: number, since?: Position): Generator<'seeking', PastStart | null> {
    try {
      return yield* this.#find(count, stride, since);
    } catch (error) {
      if (error instanceof HistoryError) return null;
      throw error;
    }
  }

  /**
   * The samples of a run after a position, as `SampleStore.read`.
   * @throws HistoryError
   */
  *read(
    run: RecordedRun,
    { after, ...query }: Pick<SampleQuery, 'after' | 'limit' | 'series' | 'stride'>,
  ): Generator<StoredSample | StoreGap, void> {
    const { history } = this.#stream;
    if (!history) return;
    const { epoch, firstSeq, firstMs, lastSeq } = run;
    const { seq: afterSeq, ts: fromTs = firstMs } = after;
    let missing: Omit<StoreGap, 'toTs'> | null =
      afterSeq + 1 < firstSeq ? { from: afterSeq + 1, to: firstSeq - 1, fromTs, reason: 'evicted' } : null;
    const fromSeq = Math.max(afterSeq, firstSeq - 1);
    for (const item of history.readRun({ ...query, epoch, afterSeq: fromSeq, upToSeq: lastSeq })) {
      if (missing !== null && 'values' in item) {
        yield { ...missing, toTs: item.timestampMs };
        missing = null;
      }
      yield item;
    }
  }

  *#find(count: number, stride: number, since?: Position): Generator<'seeking', PastStart | null> {
    const { history, store } = this.#stream;
    const runs = this.#runs().slice(-MAX_RUNS);
    const oldest = since === undefined ? 0 : runs.findIndex(({ epoch }) => epoch === since.epoch);
    if (!history || oldest < 0) return null;
    const wanted = runs.slice(oldest);
    let left = count;
    let start: Omit<PastStart, 'isWhole'> | null = null;
    let isCut = false;
    // Usually there are not even that many numbers, so that nothing has to be counted.
    for (const run of numbersAfter(since, wanted) <= count ? [] : wanted.toReversed()) {
      const { epoch, firstSeq, lastSeq } = run;
      const piece = Math.ceil(ROWS_PER_STEP / this.rowsPerSample(run, stride));
      const floor = epoch === since?.epoch ? since.seq + 1 : firstSeq;
      let upToSeq = epoch === store.head.epoch ? Math.min(lastSeq, store.oldest - 1) : lastSeq;
      while (left > 0 && upToSeq >= Math.max(floor, firstSeq)) {
        const asked = Math.min(left, piece);
        const found = history.backfillStart({ epoch, upToSeq, stride, count: asked });
        if (found.count > 0) start = { epoch, seq: Math.max(found.seq, floor) };
        left -= found.count;
        upToSeq = found.count < asked ? firstSeq - 1 : found.seq - 1;
        yield 'seeking';
        if (this.#stream.history !== history) return null;
      }
      isCut = left <= 0 && upToSeq >= floor;
      if (isCut) break;
    }
    if (since === undefined) return start && { ...start, isWhole: false };
    // What comes after the position may be nothing, or all of it.
    if (!isCut) start = { epoch: since.epoch, seq: since.seq + 1 };
    return start && { ...start, isWhole: !isCut && this.#isWhole(wanted, stride, since) };
  }

  /** Whether nothing after a position is lost, in its run or in those after it. */
  #isWhole(runs: readonly RecordedRun[], stride: number, since: Position): boolean {
    const { history, store, unitMs } = this.#stream;
    const [own, ...later] = runs;
    if (!history || own === undefined || stride * unitMs < LEAST_ROW_MS) return false;
    if (own.firstSeq > since.seq + 1 || later.some(({ firstSeq }) => firstSeq > 1)) return false;
    const present = runs.find(({ epoch }) => epoch === store.head.epoch);
    if (!store.isCompleteAfter(present?.lastSeq ?? 0)) return false;
    const range = { fromMs: since.ts ?? own.firstMs, toMs: Number.MAX_SAFE_INTEGER };
    return !history.gaps(range).some(({ reason }) => reason === 'not_written');
  }

  #runs(): readonly RecordedRun[] {
    return this.#stream.history?.runs ?? [];
  }
}

/** How many samples there can be after a position; infinitely many without one. */
function numbersAfter(since: Position | undefined, runs: readonly RecordedRun[]): number {
  if (since === undefined) return Number.POSITIVE_INFINITY;
  const [own, ...later] = runs;
  const left = Math.max(0, (own?.lastSeq ?? 0) - since.seq);
  return later.reduce((sum, { firstSeq, lastSeq }) => sum + lastSeq - firstSeq + 1, left);
}
