import type { MetricDescriptor, TableDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type {
  HistoryGap,
  HistoryPlan,
  HistoryQuery,
  HistorySlice,
  RecordedRun,
  RunQuery,
  SampleHistory,
  TimeRange,
} from '../../sample-history.ts';
import type { StoredSample, StoreGap } from '../../sample-store.ts';

/** Answers as another history does. What is derived from it tells one lie. */
class PassedOn implements SampleHistory {
  readonly #history: SampleHistory;

  constructor(history: SampleHistory) {
    this.#history = history;
  }

  get oldestMs(): number | null {
    return this.#history.oldestMs;
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#history.catalogue;
  }

  get tables(): readonly TableDescriptor[] {
    return this.#history.tables;
  }

  plan(query: HistoryQuery): HistoryPlan {
    return this.#history.plan(query);
  }

  read(plan: HistoryPlan): Iterable<HistorySlice> {
    return this.#history.read(plan);
  }

  gaps(range: TimeRange): readonly HistoryGap[] {
    return this.#history.gaps(range);
  }

  table(name: string, range: TimeRange): ReturnType<SampleHistory['table']> {
    return this.#history.table(name, range);
  }

  get runs(): readonly RecordedRun[] {
    return this.#history.runs;
  }

  readRun(query: RunQuery): Iterable<StoredSample | StoreGap> {
    return this.#history.readRun(query);
  }

  backfillStart(
    query: Parameters<SampleHistory['backfillStart']>[0],
  ): ReturnType<SampleHistory['backfillStart']> {
    return this.#history.backfillStart(query);
  }
}

type Columns = readonly Float64Array[];

/** A history whose slices are changed. */
function withSlices(change: (slice: HistorySlice, plan: HistoryPlan) => HistorySlice) {
  return (history: SampleHistory): SampleHistory =>
    new (class extends PassedOn {
      override *read(plan: HistoryPlan): Iterable<HistorySlice> {
        for (const slice of super.read(plan)) yield change(slice, plan);
      }
    })(history);
}

function withGaps(change: (gaps: readonly HistoryGap[]) => readonly HistoryGap[]) {
  return (history: SampleHistory): SampleHistory =>
    new (class extends PassedOn {
      override gaps(range: TimeRange): readonly HistoryGap[] {
        return change(super.gaps(range));
      }
    })(history);
}

function withRuns(
  change: (items: readonly (StoredSample | StoreGap)[]) => readonly (StoredSample | StoreGap)[],
) {
  return (history: SampleHistory): SampleHistory =>
    new (class extends PassedOn {
      override *readRun(query: RunQuery): Iterable<StoredSample | StoreGap> {
        yield* change([...super.readRun(query)]);
      }
    })(history);
}

/** Each value that of the point before. */
const late = (columns: Columns): Columns =>
  columns.map((column) => column.map((value, at) => column[at - 1] ?? value));
const isRollup = ({ tier, isRaw }: HistoryPlan): boolean => tier === 'minutes' && !isRaw;

/** Histories that are wrong in one way each: an oracle that lets one pass proves nothing. */
export const LIES: Readonly<Record<string, (history: SampleHistory) => SampleHistory>> = {
  'minutes come one late': withSlices((slice, plan) =>
    isRollup(plan) ? { ...slice, min: late(slice.min), mean: late(slice.mean), max: late(slice.max) } : slice,
  ),
  'the last second of a minute counts to the next': (history) =>
    new (class extends PassedOn {
      override *read(plan: HistoryPlan): Iterable<HistorySlice> {
        if (!isRollup(plan)) {
          yield* super.read(plan);
          return;
        }
        const [slice] = super.read(plan);
        if (slice === undefined) return;
        const mean = slice.mean.map((column, metric) =>
          column.map((value, point) => {
            const fromMs = (slice.timesMs[point] ?? 0) - 1000;
            const query = {
              ...plan,
              fromMs,
              toMs: fromMs + plan.stepMs,
              tier: 'seconds',
              isRaw: true,
            } as const;
            const values = [...super.read(query)].flatMap((part) => [...(part.mean[metric] ?? [])]);
            const known = values.filter((one) => !Number.isNaN(one));
            return known.length === 0 ? value : known.reduce((sum, one) => sum + one, 0) / known.length;
          }),
        );
        yield { ...slice, mean };
      }
    })(history),
  'a spike is lost in the mean': withSlices((slice, plan) =>
    isRollup(plan) ? { ...slice, max: slice.mean } : slice,
  ),
  'the mean is that of least and most': withSlices((slice, plan) =>
    isRollup(plan)
      ? {
          ...slice,
          mean: slice.min.map((column, metric) =>
            column.map((value, at) => (value + (slice.max[metric]?.[at] ?? 0)) / 2),
          ),
        }
      : slice,
  ),
  'two columns are swapped': withSlices((slice) => ({ ...slice, mean: slice.mean.toReversed() })),
  'unknown becomes zero': withSlices((slice) => ({
    ...slice,
    mean: slice.mean.map((column) => column.map((value) => (Number.isNaN(value) ? 0 : value))),
  })),
  'the last point is missing': withSlices((slice) => ({
    timesMs: slice.timesMs.slice(0, -1),
    min: slice.min.map((column) => column.slice(0, -1)),
    mean: slice.mean.map((column) => column.slice(0, -1)),
    max: slice.max.map((column) => column.slice(0, -1)),
  })),
  'the first point is missing': withSlices((slice) => ({
    timesMs: slice.timesMs.slice(1),
    min: slice.min.map((column) => column.slice(1)),
    mean: slice.mean.map((column) => column.slice(1)),
    max: slice.max.map((column) => column.slice(1)),
  })),
  'times are a millisecond off': withSlices((slice) => ({
    ...slice,
    timesMs: slice.timesMs.map((timeMs) => timeMs + 1),
  })),
  'a restart is called a stall': withGaps((gaps) =>
    gaps.map((gap) => ({ ...gap, reason: gap.reason === 'agent_restart' ? 'stall' : gap.reason })),
  ),
  'a gap begins a second late': withGaps((gaps) =>
    gaps.map((gap) => ({ ...gap, fromMs: gap.fromMs + 1000 })),
  ),
  'a clock step is not told': withGaps((gaps) => gaps.filter(({ reason }) => reason !== 'clock_step')),
  'a gap that never was': withGaps((gaps) => [...gaps, { fromMs: 3e12, toMs: 3e12 + 1, reason: 'stall' }]),
  'a sample in the middle of a run is missing': withRuns((items) =>
    items.filter((_item, at) => at === 0 || at !== items.length >> 1),
  ),
  'the tail of a run is missing': (history) =>
    new (class extends PassedOn {
      override get runs(): readonly RecordedRun[] {
        return super.runs.map((run) => ({ ...run, lastSeq: Math.max(run.firstSeq, run.lastSeq - 12) }));
      }
    })(history),
  'the values of a sample are those of the one before': withRuns((items) =>
    items.map((item, at) => {
      const before = items[at - 1];
      return 'values' in item && before !== undefined && 'values' in before
        ? { ...item, values: before.values }
        : item;
    }),
  ),
  'a stall within a run is not told': withRuns((items) => items.filter((item) => 'values' in item)),
  'processes of another moment': (history) =>
    new (class extends PassedOn {
      override table(name: string, { fromMs, toMs }: TimeRange): ReturnType<SampleHistory['table']> {
        return super.table(name, { fromMs, toMs: fromMs + (toMs - fromMs) / 2 });
      }
    })(history),
};
