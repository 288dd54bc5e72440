import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type {
  HistoryGap,
  HistoryPlan,
  HistorySlice,
  RecordedRun,
  RunQuery,
  SampleHistory,
} from '../store/sample-history.ts';
import type { BackfillStart, SequencedSample, StoredSample, StoreGap } from '../store/sample-store.ts';

interface Run {
  readonly epoch: string;
  readonly samples: SequencedSample[];
}

/** A history of whole runs in memory, which is read by subscriptions only. Every sample is a row, of the metrics of one catalogue. */
export class RecordedRuns implements SampleHistory {
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables = [];
  readonly oldestMs = null;
  /** Answers of `gaps`. */
  knownGaps: HistoryGap[] = [];
  /** Called before anything is read. */
  onRead: () => void = () => {};
  /** Rows looked at so far. */
  readCount = 0;
  readonly #runs: Run[] = [];

  constructor(catalogue: readonly MetricDescriptor[]) {
    this.catalogue = catalogue;
  }

  append(sample: SequencedSample): void {
    if (this.#runs.at(-1)?.epoch !== sample.epoch) this.#runs.push({ epoch: sample.epoch, samples: [] });
    this.#runs.at(-1)?.samples.push(sample);
  }

  /** As clean-up: drops the samples of a run before number `seq`. */
  forgetBefore(epoch: string, seq: number): void {
    const samples = this.#samplesOf(epoch);
    samples.splice(
      0,
      samples.findIndex((sample) => sample.seq >= seq),
    );
  }

  get runs(): readonly RecordedRun[] {
    this.onRead();
    return this.#runs.flatMap(({ epoch, samples }) => {
      const [first] = samples;
      const last = samples.at(-1);
      if (first === undefined || last === undefined) return [];
      return {
        epoch,
        firstSeq: first.seq,
        lastSeq: last.seq,
        firstMs: first.timestampMs,
        lastMs: last.timestampMs,
        intervalMs: 1000,
      };
    });
  }

  *readRun({
    epoch,
    afterSeq,
    upToSeq,
    limit,
    series,
    stride,
  }: RunQuery): Generator<StoredSample | StoreGap> {
    const columns = series.series.map(({ name }) =>
      this.catalogue.findIndex((metric) => metric.name === name),
    );
    let before: SequencedSample | undefined;
    let count = 0;
    const gaps: StoreGap[] = [];
    for (const sample of this.#samplesOf(epoch)) {
      this.onRead();
      this.readCount += 1;
      const isCellStart = startsCell(sample, before, stride);
      const { seq, timestampMs, values, gapReason } = sample;
      if (seq > upToSeq || count === limit) return;
      if (seq > afterSeq) {
        const isHole = before !== undefined && seq > before.seq + 1;
        const fromTs = before?.timestampMs ?? timestampMs;
        if (isHole)
          gaps.push({
            from: Math.max(before?.seq ?? 0, afterSeq) + 1,
            to: seq - 1,
            fromTs,
            toTs: timestampMs,
            reason: 'not_written',
          });
        else if (gapReason !== undefined)
          gaps.push({ from: seq, to: seq - 1, fromTs, toTs: timestampMs, reason: gapReason });
        if (isCellStart) {
          yield* gaps.splice(0);
          yield { seq, timestampMs, values: columns.map((column) => values[column] ?? null) };
          count += 1;
        }
      }
      before = sample;
    }
  }

  backfillStart({
    epoch,
    upToSeq,
    stride,
    count,
  }: Parameters<SampleHistory['backfillStart']>[0]): BackfillStart {
    const samples = this.#samplesOf(epoch);
    const due = samples.filter(
      (sample, index) => sample.seq <= upToSeq && startsCell(sample, samples[index - 1], stride),
    );
    this.onRead();
    this.readCount += samples.length;
    const found = due.slice(-count);
    return { seq: (found.length < count ? samples[0]?.seq : found[0]?.seq) ?? 1, count: found.length };
  }

  gaps(): readonly HistoryGap[] {
    return this.knownGaps;
  }

  plan(): HistoryPlan {
    throw new Error('not used');
  }

  read(): Iterable<HistorySlice> {
    throw new Error('not used');
  }

  table(): undefined {
    return undefined;
  }

  #samplesOf(epoch: string): SequencedSample[] {
    return this.#runs.find((run) => run.epoch === epoch)?.samples ?? [];
  }
}

function startsCell(
  { gridIndex }: SequencedSample,
  before: SequencedSample | undefined,
  stride: number,
): boolean {
  return before === undefined || Math.floor(gridIndex / stride) !== Math.floor(before.gridIndex / stride);
}
