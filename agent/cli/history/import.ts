import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { gridUnitMs } from '../../sampling/grid.ts';
import { HistoryStore } from '../../store/history/history-store.ts';
import { rowMsOf } from '../../store/history/runs.ts';
import type { Connection } from '../../store/history/sqlite.ts';
import { timeText } from './format.ts';
import { historyOf } from './history-files.ts';
import { parseLine, type Line } from './lines.ts';

/** Values that wait in memory. */
const FLUSH_VALUES = 30_000;
/** Rows after which the log is moved into the file. */
const CHECKPOINT_ROWS = 20_000;

type SampleLine = Extract<Line, { type: 'sample' }>;
type GapLine = Extract<Line, { type: 'gap' }>;
type RunLine = Extract<Line, { type: 'run' }>;

interface PresentRun extends RunLine {
  readonly store: HistoryStore;
  readonly rowMs: number;
  readonly unitMs: number;
  /** Metrics seen so far in this run, in the order of the values. */
  catalogue: MetricDescriptor[];
  row: number;
  lastSeq: number;
  lastMs: number | null;
  /** What precedes the next sample. */
  gap: GapLine | null;
}

/** Writes lines of an export into a history. */
export class Import {
  readonly #connection: Connection;
  /** Time of the newest sample that was there before. */
  readonly #newestMs: number;
  readonly #metrics = new Map<string, MetricDescriptor>();
  #run: PresentRun | null = null;
  #waiting = 0;
  #rows = 0;
  /** Rows when the log was last moved into the file. */
  #checkpointed = 0;

  /** @param connection that nobody else writes to @throws HistoryError, or what SQLite throws */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.#newestMs = Math.max(
      Number.NEGATIVE_INFINITY,
      ...historyOf(connection).runs.map(({ lastMs }) => lastMs),
    );
  }

  /** Samples taken in so far. */
  get sampleCount(): number {
    return this.#rows;
  }

  /**
   * Takes a line in.
   * @returns what is wrong with it, and the fix; `null` if it was taken
   * @throws what SQLite throws
   */
  add(text: string): string | null {
    const line = parseLine(text);
    if (typeof line === 'string') return line;
    switch (line.type) {
      case 'metrics':
        for (const metric of line.metrics) this.#metrics.set(metric.name, metric);
        return null;
      case 'run':
        this.#begin(line);
        return null;
      case 'gap':
        if (this.#run === null) return 'a gap needs a run before it: leave the line out';
        this.#run.gap = line;
        return null;
      case 'sample':
        return this.#sample(line);
      case 'point':
        return 'points are computed from samples: export with "--tier seconds" and without --step to get those';
    }
  }

  /** Writes what is still in memory. @throws what SQLite throws */
  finish(): void {
    this.#run?.store.close();
    this.#run = null;
    this.#checkpoint();
  }

  #begin(line: RunLine): void {
    this.#run?.store.close();
    const { intervalMs } = line;
    const unitMs = gridUnitMs(intervalMs);
    this.#run = {
      ...line,
      store: new HistoryStore(this.#connection, { intervalMs, unitMs }),
      rowMs: rowMsOf(intervalMs),
      unitMs,
      catalogue: [],
      row: 0,
      lastSeq: line.firstSeq - 1,
      lastMs: null,
      gap: null,
    };
  }

  #sample(line: SampleLine): string | null {
    const run = this.#run;
    if (run === null)
      return 'a sample needs a run before it: add a line such as {"type":"run","epoch":"imported","intervalMs":1000,"firstSeq":1}';
    const { seq, ts, values } = line;
    if (seq <= run.lastSeq)
      return `seq must be greater than ${run.lastSeq}, that of the sample before: leave the line out`;
    if (ts <= this.#newestMs) {
      return `ts is not after ${timeText(this.#newestMs)}, when the newest sample of this history was taken: import it into a new one with --history-folder`;
    }
    const unknown = Object.keys(values).find((name) => !this.#metrics.has(name));
    if (unknown !== undefined)
      return `values.${unknown} is of no known metric: describe it in a line of the type metrics before`;
    this.#extendCatalogue(run, values);
    this.#append(run, line);
    run.lastSeq = seq;
    run.lastMs = ts;
    run.gap = null;
    return null;
  }

  /** Metrics are only added, since each change ends a row. */
  #extendCatalogue(run: PresentRun, values: SampleLine['values']): void {
    const known = new Set(run.catalogue.map(({ name }) => name));
    const added = Object.keys(values).filter((name) => !known.has(name));
    if (added.length === 0) return;
    run.catalogue = [...run.catalogue, ...added.flatMap((name) => this.#metrics.get(name) ?? [])];
  }

  /** A row stands for all samples of its second, which are imported as equal samples under their own numbers. */
  #append(run: PresentRun, { seq, ts, values }: SampleLine): void {
    const { epoch, store, catalogue, gap, rowMs, unitMs, lastMs, lastSeq } = run;
    const perRow = rowMs / unitMs;
    // The grid goes with the host's clock, so that another import can go on where this one ends.
    run.row =
      lastMs === null ? Math.round(ts / rowMs) : run.row + Math.max(1, Math.round((ts - lastMs) / rowMs));
    const last = Math.floor((run.row * rowMs) / unitMs);
    const firstSeq = gap !== null && gap.to >= gap.from ? Math.min(gap.to + 1, seq) : lastSeq + 1;
    const first = seq - firstSeq < perRow ? firstSeq : seq;
    const list = catalogue.map(({ name }) => values[name] ?? null);
    let isDue = false;
    for (let number = first; number <= seq; number += 1) {
      const gridIndex = last - (seq - number);
      isDue = store.append(
        { epoch, seq: number, timestampMs: ts, gridIndex, values: list },
        { catalogue, tables: [] },
        number === first ? gap?.reason : undefined,
      );
    }
    this.#rows += 1;
    this.#waiting += list.length;
    if (!isDue || this.#waiting < FLUSH_VALUES) return;
    store.flush();
    this.#waiting = 0;
    if (this.#rows - this.#checkpointed < CHECKPOINT_ROWS) return;
    this.#checkpoint();
    this.#checkpointed = this.#rows;
  }

  #checkpoint(): void {
    this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
}
