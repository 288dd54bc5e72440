import type { RecordedRun, SampleHistory } from '../../sample-history.ts';
import { metricSet } from '../../metric-set.ts';
import type { StoreGap } from '../../sample-store.ts';
import type { HistoryModel, ModelRow, ModelRun, ModelSample } from './history-model.ts';
import { isNear } from './is-near.ts';

/** A kill may cost this much of what was sampled, beside what the row just begun holds. */
const TAIL_MS = 10_000;
const ROW_MS = 1000;

/**
 * Compares what a history keeps by seconds with what was recorded, sample by sample, and tells the model which rows there are and what retention has
 * deleted. Returns the lies.
 * @param isWhole whether to read runs again that were read after their end
 */
export function auditRuns(history: SampleHistory, model: HistoryModel, isWhole = false): string[] {
  const flaws: string[] = [];
  const kept = new Map(history.runs.map((run) => [run.epoch, run]));
  const order = history.runs.map(({ epoch }) => model.runs.findIndex((run) => run.epoch === epoch));
  if (order.some((place, index) => place < 0 || place <= (order[index - 1] ?? -1))) {
    flaws.push(
      `runs: ${history.runs.map(({ epoch }) => epoch).join(', ')} are not those that were, in order`,
    );
  }
  for (const run of model.runs) {
    const found = kept.get(run.epoch);
    const isRead = run.isSealed && (!isWhole || found === undefined);
    run.isSealed = run.state !== 'recording';
    if (found === undefined) {
      if (isRead) for (const row of run.rows) row.isForgotten.seconds = true;
      else {
        run.rows = openRow(model, run, run.samples);
        if (run.rows.length === 0) flaws.push(...lossFlaws(model, run, run.samples));
      }
      continue;
    }
    if (isRead) {
      forgetBefore(run, found.firstSeq);
      continue;
    }
    if (found.intervalMs !== model.intervalMs)
      flaws.push(`run ${run.epoch}: intervalMs is ${found.intervalMs}`);
    const { rows, flaws: own } = new RunAudit(history, model, run, found.firstSeq, found.lastSeq).result;
    flaws.push(...own);
    const [first] = rows;
    if (
      !areEnds(
        rows.filter(({ last }) => last.seq <= found.lastSeq),
        found,
      )
    ) {
      flaws.push(`run ${run.epoch}: ${found.firstMs} to ${found.lastMs} is not when its samples were`);
    }
    // A row that was still open may have grown.
    const forgotten = forgetBefore(run, first?.first.seq ?? 0);
    if (forgotten.length === 0 && first !== undefined) {
      flaws.push(...lossFlaws(model, run, run.samples.slice(0, first.first.seq - 1)));
    }
    run.rows = [...forgotten, ...rows];
  }
  model.refresh();
  const firstKept = model.rows.findIndex(({ isForgotten }) => isForgotten.seconds !== true);
  if (firstKept >= 0 && model.rows.slice(firstKept).some(({ isForgotten }) => isForgotten.seconds === true)) {
    flaws.push('runs: samples by seconds were deleted out of order');
  }
  return flaws;
}

/** Of the first and the last sample, or, where the clock was set back, of the earliest and the latest. */
function areEnds(
  rows: readonly ModelRow[],
  { firstMs, lastMs }: Pick<RecordedRun, 'firstMs' | 'lastMs'>,
): boolean {
  const times = rows.map(({ timestampMs }) => timestampMs);
  return (
    (times[0] === firstMs || Math.min(...times) === firstMs) &&
    (times.at(-1) === lastMs || Math.max(...times) === lastMs)
  );
}

/** Returns the rows of samples before `seq`, all of them gone. */
function forgetBefore(run: ModelRun, seq: number): ModelRow[] {
  const forgotten = run.rows.filter(({ last }) => last.seq < seq);
  for (const row of forgotten) row.isForgotten.seconds = true;
  return forgotten;
}

/** The last second of the present run is shown by what is read, but not yet one of its samples. */
function openRow(model: HistoryModel, run: ModelRun, samples: readonly ModelSample[]): ModelRow[] {
  const taken = samples.filter(({ wasRefused }) => !wasRefused);
  const isOpen = run.state === 'recording' && taken.length > 0 && model.isOneRow(taken);
  return isOpen ? [model.rowOf(run, taken)] : [];
}

/** What is missing at an end of a run: where it was killed, a little; where the disk was full, what came meanwhile. */
function lossFlaws(model: HistoryModel, run: ModelRun, lost: readonly ModelSample[]): string[] {
  if (lost.every(({ mayBeUnwritten }) => mayBeUnwritten)) return [];
  const firstSeq = lost[0]?.seq ?? 0;
  const name = `samples ${firstSeq} to ${lost.at(-1)?.seq} of run ${run.epoch} (${run.state})`;
  if (run.state !== 'killed') return [`missing: ${name}`];
  const lostMs = lost
    .filter(({ mayBeUnwritten }) => !mayBeUnwritten)
    .reduce((sum, sample) => sum + model.recordedMs(sample, run.samples[sample.seq - 2]), 0);
  const isAtEnd = lost.at(-1)?.seq === run.samples.length;
  const limitMs = Math.max(TAIL_MS, model.intervalMs) + Math.max(ROW_MS, model.intervalMs);
  return isAtEnd && lostMs <= limitMs ? [] : [`lost: ${name}, ${lostMs} ms`];
}

/** Reads one run, row by row. */
class RunAudit {
  readonly result: { readonly rows: ModelRow[]; readonly flaws: string[] };
  readonly #model: HistoryModel;
  readonly #run: ModelRun;
  readonly #rows: ModelRow[] = [];
  readonly #flaws: string[] = [];
  /** Of the last sample that was told of, or that a gap told to be missing. */
  #seq: number;
  #gaps: StoreGap[] = [];

  constructor(history: SampleHistory, model: HistoryModel, run: ModelRun, firstSeq: number, lastSeq: number) {
    this.#model = model;
    this.#run = run;
    const earlier = run.rows.find(({ last }) => last.seq === firstSeq);
    // The first row of a run may be of several samples: it has the number of its last.
    const isFromBegin = this.#model.isOneRow(run.samples.slice(0, firstSeq));
    this.#seq = isFromBegin ? 0 : earlier === undefined ? firstSeq - 1 : earlier.first.seq - 1;
    const metrics = model.catalogue;
    const series = metricSet(metrics, () => undefined, 0);
    const ids = metrics.map(({ name }) => model.seriesId(name));
    const query = {
      epoch: run.epoch,
      afterSeq: firstSeq - 1,
      upToSeq: lastSeq,
      limit: Number.MAX_SAFE_INTEGER,
    };
    for (const item of history.readRun({ ...query, series, stride: 1 })) {
      if ('reason' in item) this.#gap(item);
      else this.#sample(item.seq, item.timestampMs, item.values, ids);
    }
    if (this.#seq !== lastSeq) this.#flaw(`lastSeq is ${lastSeq}, but reading ends with ${this.#seq}`);
    const lost = run.samples.slice(this.#seq);
    const open = openRow(model, run, lost);
    this.#rows.push(...open);
    if (open.length === 0) this.#flaws.push(...lossFlaws(model, run, lost));
    this.result = { rows: this.#rows, flaws: this.#flaws };
  }

  #gap(gap: StoreGap): void {
    this.#gaps.push(gap);
    const missing = this.#run.samples.slice(gap.from - 1, gap.to);
    if (missing.length === 0) return;
    if (gap.from !== this.#seq + 1) this.#flaw(`a gap from ${gap.from} follows ${this.#seq}`);
    if (!missing.every(({ mayBeUnwritten }) => mayBeUnwritten))
      this.#flaw(`${gap.from} to ${gap.to} are missing`);
    if (gap.reason !== 'not_written') this.#flaw(`${gap.from} to ${gap.to} are missing for ${gap.reason}`);
    this.#seq = Math.max(this.#seq, gap.to);
  }

  #sample(
    seq: number,
    timestampMs: number,
    values: readonly (number | null)[],
    ids: readonly number[],
  ): void {
    const samples = this.#run.samples.slice(this.#seq, seq);
    const last = samples.at(-1);
    if (last?.seq !== seq) {
      this.#flaw(`sample ${seq} follows ${this.#seq}`);
      return;
    }
    this.#seq = seq;
    if (last.timestampMs !== timestampMs) {
      this.#flaw(`sample ${seq} has the time ${timestampMs} instead of ${last.timestampMs}`);
    }
    if (!this.#model.isOneRow(samples)) this.#flaw(`samples ${samples[0]?.seq} to ${seq} are one row`);
    const row = this.#model.rowOf(this.#run, samples);
    values.forEach((value, index) => {
      const id = ids[index] ?? -1;
      if (!isNear(value ?? Number.NaN, row.mean[id] ?? Number.NaN, row.slack?.[id] ?? 0)) {
        const name = this.#model.catalogue[index]?.name;
        this.#flaw(`sample ${seq} has ${name} ${value} instead of ${row.mean[id]}`);
      }
    });
    this.#gapsBefore(row);
    this.#rows.push(row);
  }

  /** Times in which no sample could be taken must be told; what is told must have been. */
  #gapsBefore({ first, timestampMs }: ModelRow): void {
    const before = this.#run.samples[first.seq - 2];
    const fromMs = this.#rows.at(-1)?.timestampMs;
    if (
      first.gapReason !== undefined &&
      this.#gaps.length === 0 &&
      fromMs !== undefined &&
      fromMs < first.timestampMs
    ) {
      this.#flaw(`no ${first.gapReason} is told before sample ${first.seq}`);
    }
    for (const { fromTs, toTs, reason } of this.#gaps) {
      const isEdge = before === undefined || fromMs === undefined;
      if (!isEdge && (fromTs !== fromMs || (toTs !== first.timestampMs && toTs !== timestampMs))) {
        this.#flaw(`the ${reason} before sample ${first.seq} is from ${fromTs} to ${toTs}`);
      }
    }
    this.#gaps = [];
  }

  #flaw(text: string): void {
    this.#flaws.push(`run ${this.#run.epoch}: ${text}`);
  }
}
