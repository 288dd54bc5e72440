import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { SequencedSample } from '../../sample-store.ts';
import { TIERS, type Tier } from '../../sample-history.ts';

/** A sample as it was taken; nothing is ever forgotten here. */
export interface ModelSample {
  readonly seq: number;
  readonly timestampMs: number;
  readonly gridIndex: number;
  readonly gapReason: string | undefined;
  /** By `HistoryModel.seriesId`; NaN is unknown, and so is what is beyond the end. */
  readonly values: Float64Array;
  /** Rows of the table, as JSON, and the sum of its first column in percent. */
  readonly table: { readonly rows: string; readonly sum: number } | undefined;
  /** Whether it was taken while the disk was full, or shortly before or after. */
  mayBeUnwritten: boolean;
  readonly catalogue: readonly MetricDescriptor[];
  /** Whether it was not even given to the history, which had no room. */
  wasRefused: boolean;
}

/** What the history keeps as one row: the samples of one second, or a single one. */
export interface ModelRow {
  readonly run: ModelRun;
  readonly first: ModelSample;
  readonly last: ModelSample;
  readonly timestampMs: number;
  /** By series; NaN is unknown. */
  readonly mean: Float64Array;
  /** How far the mean may be rounded, by series; `null` where the row is one sample. */
  readonly slack: Float64Array | null;
  /** Position among all rows, in the order of recording. */
  order: number;
  /** Whether retention has deleted it, by tier; `perhaps` where that cannot be told from outside. */
  readonly isForgotten: Record<Tier, boolean | 'perhaps'>;
}

/** One run of the agent. */
export interface ModelRun {
  readonly epoch: string;
  /** Sample `seq` is at `seq - 1`. */
  readonly samples: ModelSample[];
  /** Known since the last audit. */
  rows: ModelRow[];
  state: 'recording' | 'closed' | 'killed';
  /** Whether it has been audited after its end. */
  isSealed: boolean;
}

/** A gap that the history has to tell. */
export interface ModelGap {
  readonly fromMs: number;
  /** The sample after it, and the row that contains that sample. */
  readonly toMs: readonly number[];
  readonly reasons: readonly string[];
  /** Whether it may be left out. */
  readonly isOptional: boolean;
  readonly before: ModelRow;
  readonly after: ModelRow;
}

/** What a disk that was full may cost beyond its own time: what was not yet written then, and the time until writing is tried again. */
const UNWRITTEN_BEFORE_MS = 11_000;
const UNWRITTEN_AFTER_MS = 21_000;
/** A smaller step of the clock is not told; one of so many rows, or intervals where they are longer, must be. */
const MIN_CLOCK_STEP_MS = 1500;
const MUST_CLOCK_STEP_ROWS = 2;
const ROW_MS = 1000;
const LATE_MS = 10;

/** Keeps everything that was recorded, and knows what a history must say of it. */
export class HistoryModel {
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly runs: ModelRun[] = [];
  /** All rows of all runs, in the order of recording; as of the last audit. */
  rows: readonly ModelRow[] = [];
  /** The same by their own times. */
  byTime: readonly ModelRow[] = [];
  gaps: readonly ModelGap[] = [];
  readonly #ids = new Map<string, number>();
  /** The newest descriptor of each name, as far as samples with it were kept. */
  readonly #newest = new Map<string, MetricDescriptor>();
  #present: readonly MetricDescriptor[] = [];
  #order: readonly number[] = [];
  #isFull = false;
  #unwrittenLeftMs = 0;

  constructor({ intervalMs, unitMs }: { intervalMs: number; unitMs: number }) {
    this.intervalMs = intervalMs;
    this.unitMs = unitMs;
  }

  /** Every metric that was ever kept, with its newest descriptor. */
  get catalogue(): readonly MetricDescriptor[] {
    return [...this.#newest.values()];
  }

  /** The run that records. */
  get present(): ModelRun | undefined {
    const last = this.runs.at(-1);
    return last?.state === 'recording' ? last : undefined;
  }

  /** The values that a history shows under a name: those with its newest unit. -1 for a name that never was. */
  seriesId(name: string): number {
    const unit = this.#newest.get(name)?.unit;
    return unit === undefined ? -1 : (this.#ids.get(`${name}\n${unit}`) ?? -1);
  }

  beginRun(epoch: string): void {
    this.runs.push({ epoch, samples: [], rows: [], state: 'recording', isSealed: false });
  }

  endRun(state: 'closed' | 'killed'): void {
    if (this.present !== undefined) this.present.state = state;
  }

  append({ seq, timestampMs, gridIndex, values, catalogue, gapReason, tables }: SequencedSample): void {
    const samples = this.present?.samples;
    if (samples === undefined || samples.length !== seq - 1)
      throw new RangeError(`not the time of sample ${seq}`);
    if (catalogue !== undefined) this.#adopt(catalogue);
    const own = new Float64Array(this.#ids.size).fill(Number.NaN);
    values.forEach((value, index) => {
      own[this.#order[index] ?? -1] = value ?? Number.NaN;
    });
    const sample = { seq, timestampMs, gridIndex, gapReason, values: own, table: tableOf(tables?.[0]?.rows) };
    const mayBeUnwritten = this.#isFull || this.#unwrittenLeftMs > 0;
    this.#unwrittenLeftMs -= this.recordedMs(sample, samples.at(-1));
    samples.push({ ...sample, catalogue: this.#present, mayBeUnwritten, wasRefused: false });
  }

  /** The last sample was not given to the history. */
  refuse(): void {
    const last = this.present?.samples.at(-1);
    if (last !== undefined) last.wasRefused = true;
  }

  /** The disk is full from now on, or no longer. */
  setFull(isFull: boolean): void {
    if (this.#isFull && !isFull) this.#unwrittenLeftMs = UNWRITTEN_AFTER_MS;
    this.#isFull = isFull;
    if (!isFull) return;
    const samples = this.present?.samples ?? [];
    let leftMs = UNWRITTEN_BEFORE_MS + this.intervalMs;
    for (let at = samples.length - 1; at >= 0 && leftMs > 0; at -= 1) {
      const sample = samples[at];
      if (sample === undefined) break;
      sample.mayBeUnwritten = true;
      leftMs -= this.recordedMs(sample, samples[at - 1]);
    }
  }

  /** The time that a sample stands for, ms. */
  recordedMs({ gridIndex }: Pick<ModelSample, 'gridIndex'>, before: ModelSample | undefined): number {
    const passedMs = before === undefined ? this.intervalMs : (gridIndex - before.gridIndex) * this.unitMs;
    return Math.min(passedMs, this.intervalMs);
  }

  /** Whether consecutive samples are of one second, or of one interval if that is longer. */
  isOneRow(samples: readonly ModelSample[]): boolean {
    const cells = samples.map(({ gridIndex }) =>
      Math.ceil((gridIndex * this.unitMs) / Math.max(ROW_MS, this.intervalMs)),
    );
    return cells[0] === cells.at(-1);
  }

  /** One row of these consecutive samples. */
  rowOf(run: ModelRun, consecutive: readonly ModelSample[]): ModelRow {
    const samples = consecutive.filter(({ wasRefused }) => !wasRefused);
    const [first] = samples;
    const last = samples.at(-1);
    if (first === undefined || last === undefined) throw new RangeError('a row of no sample');
    return {
      run,
      first,
      last,
      timestampMs: last.timestampMs,
      ...(samples.length === 1 ? { mean: first.values, slack: null } : meanOf(samples)),
      order: -1,
      isForgotten: { seconds: false, minutes: false, quarters: false },
    };
  }

  /** To be called when the rows of a run have changed. */
  refresh(): void {
    this.rows = this.runs.flatMap(({ rows }) => rows);
    this.#newest.clear();
    for (const [index, { last }] of this.rows.entries()) {
      if (last.catalogue === this.rows[index - 1]?.last.catalogue) continue;
      for (const descriptor of last.catalogue) this.#newest.set(descriptor.name, descriptor);
    }
    this.rows.forEach((row, order) => {
      row.order = order;
    });
    this.byTime = this.rows.toSorted((a, b) => a.timestampMs - b.timestampMs || a.order - b.order);
    this.gaps = this.rows.flatMap((after) => {
      const before = this.rows[after.order - 1];
      return before === undefined ? [] : (this.#gapBetween(before, after) ?? []);
    });
  }

  /** Whether retention has left nothing of a row. */
  isGone({ isForgotten }: ModelRow): boolean {
    return TIERS.every((tier) => isForgotten[tier] !== false);
  }

  #gapBetween(before: ModelRow, after: ModelRow): ModelGap | undefined {
    const fromMs = before.timestampMs;
    const toMs = [after.first.timestampMs, after.timestampMs];
    const gap = { fromMs, toMs, before, after, isOptional: false };
    if (before.run !== after.run) {
      const between = this.runs.slice(this.runs.indexOf(before.run), this.runs.indexOf(after.run) + 1);
      const isAnyUnwritten = between.some(({ samples }) =>
        samples.some(({ mayBeUnwritten }) => mayBeUnwritten),
      );
      return { ...gap, reasons: ['agent_restart', ...(isAnyUnwritten ? ['not_written'] : [])] };
    }
    const { gapReason } = after.first;
    const own = gapReason === undefined ? [] : [gapReason];
    const steppedMs = this.#steppedMs(before.last, after.first);
    const forward = steppedMs > MIN_CLOCK_STEP_MS ? ['clock_step'] : [];
    const isOptional =
      own.length === 0 && steppedMs < MUST_CLOCK_STEP_ROWS * Math.max(ROW_MS, this.intervalMs) + LATE_MS;
    if (after.first.seq > before.last.seq + 1)
      return { ...gap, reasons: ['not_written', ...own, ...forward] };
    if (own.length + forward.length > 0) {
      return { ...gap, reasons: [...own, ...forward], isOptional };
    }
    return undefined;
  }

  /** How much further the wall clock went than the sampler's own. */
  #steppedMs(before: ModelSample, after: ModelSample): number {
    return after.timestampMs - before.timestampMs - (after.gridIndex - before.gridIndex) * this.unitMs;
  }

  #adopt(catalogue: readonly MetricDescriptor[]): void {
    this.#present = catalogue;
    this.#order = catalogue.map(({ name, unit }) => {
      const key = `${name}\n${unit}`;
      const id = this.#ids.get(key) ?? this.#ids.size;
      this.#ids.set(key, id);
      return id;
    });
  }
}

function tableOf(rows: readonly (readonly (string | number | null)[])[] | undefined): ModelSample['table'] {
  if (rows === undefined) return undefined;
  return { rows: JSON.stringify(rows), sum: rows.reduce((sum, row) => sum + Number(row[2] ?? 0), 0) };
}

function meanOf(samples: readonly ModelSample[]): { mean: Float64Array; slack: Float64Array } {
  const width = Math.max(...samples.map(({ values }) => values.length));
  const mean = new Float64Array(width).fill(Number.NaN);
  const slack = new Float64Array(width);
  for (let id = 0; id < width; id += 1) {
    const known = samples
      .map(({ values }) => values[id] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    if (known.length === 0) continue;
    mean[id] = known.reduce((sum, value) => sum + value, 0) / known.length;
    if (known.length > 1) slack[id] = 0.5 / 10 ** Math.max(...known.map(decimalsOf));
  }
  return { mean, slack };
}

/** Up to 3: what has more is not rounded to decimals. */
export function decimalsOf(value: number): number {
  const found = [0, 1, 2].find((decimals) => Number(value.toFixed(decimals)) === value);
  return found ?? 3;
}
