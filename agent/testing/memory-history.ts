import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type {
  GapLimit,
  HistoryGap,
  HistoryPlan,
  HistoryQuery,
  HistorySlice,
  SampleHistory,
  TimeRange,
} from '../store/sample-history.ts';
import type { StoredTable } from '../store/sample-store.ts';
import { metric } from './fake-collector.ts';

const STEPS_MS = [2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 86_400].map(
  (seconds) => seconds * 1000,
);

export interface MemoryHistoryOptions {
  /** Names that are kept. */
  readonly metrics?: readonly string[];
  /** Times of the samples, Unix ms. The values of sample n are n for the first metric, n + 1 for the second … */
  readonly timesMs?: readonly number[];
  readonly gaps?: readonly HistoryGap[];
  readonly tables?: readonly TableDescriptor[];
  readonly table?: Omit<StoredTable, 'seq'>;
  /** Points of a slice. */
  readonly sliceLength?: number;
  /** Called before each step of `read`. */
  readonly onStep?: () => void;
}

/** A history of samples that a test lists. Counts what is read of it. */
export class MemoryHistory implements SampleHistory {
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables: readonly TableDescriptor[];
  readonly runs = [];
  /** Slices read so far. */
  sliceCount = 0;
  /** Reads that have begun and not ended. */
  openReads = 0;
  readonly #options: Required<Omit<MemoryHistoryOptions, 'table'>> & Pick<MemoryHistoryOptions, 'table'>;

  constructor(options: MemoryHistoryOptions = {}) {
    const { metrics = ['cpu', 'memory', 'memory.used'], tables = [] } = options;
    this.#options = {
      metrics,
      tables,
      timesMs: [],
      gaps: [],
      sliceLength: 100,
      onStep: () => {},
      ...options,
    };
    this.catalogue = metrics.map((name) => metric(name));
    this.tables = tables;
  }

  get oldestMs(): number | null {
    return this.#options.timesMs[0] ?? null;
  }

  plan(query: HistoryQuery): HistoryPlan {
    const spanMs = query.toMs - query.fromMs;
    const isRaw = spanMs / 1000 <= query.points;
    const stepMs = isRaw ? 1000 : (STEPS_MS.find((step) => spanMs / step <= query.points) ?? 604_800_000);
    return { ...query, tier: isRaw ? 'seconds' : 'minutes', stepMs, isRaw };
  }

  *read({ metrics, fromMs, toMs, stepMs, isRaw }: HistoryPlan): Generator<HistorySlice, void> {
    const { timesMs, sliceLength, onStep } = this.#options;
    this.openReads += 1;
    try {
      const steps = new Map<number, number[]>();
      for (const [row, atMs] of timesMs.entries()) {
        if (atMs < fromMs || atMs >= toMs) continue;
        const beginMs = isRaw ? atMs : Math.floor(atMs / stepMs) * stepMs;
        steps.set(beginMs, [...(steps.get(beginMs) ?? []), row]);
      }
      const points = [...steps];
      for (let start = 0; start < points.length; start += sliceLength) {
        onStep();
        this.sliceCount += 1;
        const slice = points.slice(start, start + sliceLength);
        const column = (of: (rows: readonly number[]) => number): Float64Array[] =>
          metrics.map((name) => {
            const index = this.#options.metrics.indexOf(name);
            return Float64Array.from(slice, ([, rows]) => (index < 0 ? Number.NaN : of(rows) + index));
          });
        yield {
          timesMs: Float64Array.from(slice, ([atMs]) => atMs),
          min: column((rows) => Math.min(...rows)),
          mean: column((rows) => rows.reduce((sum, row) => sum + row, 0) / rows.length),
          max: column((rows) => Math.max(...rows)),
        };
      }
    } finally {
      this.openReads -= 1;
    }
  }

  gaps({ fromMs, toMs }: TimeRange, limit?: GapLimit): readonly HistoryGap[] {
    const all = this.#options.gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs);
    if (limit === undefined || all.length <= limit.most) return all;
    return all.filter((gap) => gap.toMs - gap.fromMs >= limit.elseMs);
  }

  table(name: string): Omit<StoredTable, 'seq'> | undefined {
    return this.tables.some((table) => table.name === name) ? this.#options.table : undefined;
  }

  readRun(): never[] {
    return [];
  }

  backfillStart(): { seq: number; count: number } {
    return { seq: 1, count: 0 };
  }
}
