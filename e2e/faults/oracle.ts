/** A sample in the agent's log (level trace). */
export interface LoggedSample {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  /** Why samples could not be taken before it, if so. */
  readonly gapReason?: string | undefined;
}

/** What a subscription received, in order. */
export type Received =
  | { readonly kind: 'subscribed'; readonly epoch: string }
  | { readonly kind: 'sample'; readonly seq: number; readonly ts: number }
  | {
      readonly kind: 'gap';
      readonly from: number;
      readonly to: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly reason: string;
    };

export type ReceivedGap = Extract<Received, { kind: 'gap' }>;

/** Violations of RT-10, each as `epoch/seq` of its sample. */
export interface Verdict {
  /** Samples missing without a gap. A time without samples is represented by the sample at its end. */
  readonly holes: readonly string[];
  readonly duplicates: readonly string[];
  readonly disorder: readonly string[];
  /** Samples that the agent never took, or not at that time. */
  readonly inventions: readonly string[];
  /** Samples that arrived although a gap named them, or that follow a gap with wrong times. */
  readonly falseGaps: readonly string[];
}

export const FLAWLESS: Verdict = { holes: [], duplicates: [], disorder: [], inventions: [], falseGaps: [] };

/** Gaps between runs of the agent, whose `from` and `to` say nothing about the previous run. */
const BETWEEN_RUNS = new Set(['agent_restart', 'unknown_position']);
/** Gaps in time, whose ends may be samples that are not due in this subscription. */
const OF_TIME = new Set(['stall', 'suspend']);

/**
 * Compares what one subscription received with the agent's log (RT-10).
 * @param received from the beginning of the subscription
 * @param log every sample of all runs of the agent, oldest first, up to the last that is due
 * @param isDue whether a sample is due in a subscription that does not follow all
 */
export function judge(
  received: readonly Received[],
  log: readonly LoggedSample[],
  isDue: (sample: LoggedSample) => boolean = () => true,
): Verdict {
  return new Judgement(log, isDue).of(received);
}

/** The samples in parsed lines of a log. */
export function loggedSamples(lines: readonly unknown[]): LoggedSample[] {
  return lines.filter(isLoggedSample);
}

function isLoggedSample(line: unknown): line is LoggedSample {
  return typeof line === 'object' && line !== null && 'epoch' in line && 'seq' in line && 'ts' in line;
}

class Judgement {
  readonly #log: readonly LoggedSample[];
  readonly #isDue: (sample: LoggedSample) => boolean;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #verdict = {
    holes: [] as string[],
    duplicates: [] as string[],
    disorder: [] as string[],
    inventions: [] as string[],
    falseGaps: [] as string[],
  };
  readonly #seen = new Set<number>();
  readonly #told = new Set<number>();
  #epoch = '';
  /** The newest row received; -1 before the first. */
  #newest = -1;
  #gaps: { readonly epoch: string; readonly gap: ReceivedGap }[] = [];

  constructor(log: readonly LoggedSample[], isDue: (sample: LoggedSample) => boolean) {
    this.#log = log;
    this.#isDue = isDue;
    this.#rows = new Map(log.map((sample, row) => [nameOf(sample), row]));
  }

  of(received: readonly Received[]): Verdict {
    for (const item of received) {
      if (item.kind === 'subscribed') this.#epoch = item.epoch;
      else if (item.kind === 'gap') this.#gaps.push({ epoch: this.#epoch, gap: item });
      else this.#sample(item.seq, item.ts);
    }
    this.#missingBefore(this.#log.length, Number.NaN);
    return this.#verdict;
  }

  #sample(seq: number, ts: number): void {
    const name = nameOf({ epoch: this.#epoch, seq });
    const row = this.#rows.get(name);
    if (row === undefined || this.#log[row]?.ts !== ts) {
      this.#verdict.inventions.push(name);
      return;
    }
    if (this.#seen.has(row)) {
      this.#verdict.duplicates.push(name);
      return;
    }
    this.#seen.add(row);
    if (row < this.#newest) {
      this.#verdict.disorder.push(name);
      return;
    }
    if (this.#isNamed(row) || this.#told.has(row) || !this.#areBounded(row, ts)) {
      this.#verdict.falseGaps.push(name);
    }
    this.#missingBefore(row, ts);
    this.#newest = row;
    this.#gaps = [];
  }

  /** Rows missing between the newest and this one need a gap; before the first, nothing is missing. */
  #missingBefore(row: number, ts: number): void {
    if (this.#newest < 0) return;
    for (let missing = this.#newest + 1; missing < row; missing += 1) {
      const sample = this.#log[missing];
      if (sample === undefined || !this.#isDue(sample)) continue;
      if (this.#isNamed(missing) || this.#isBetweenRuns(sample, ts)) this.#told.add(missing);
      else this.#verdict.holes.push(nameOf(sample));
    }
    const broken = this.#log
      .slice(this.#newest + 1, row + 1)
      .find(({ gapReason }) => gapReason !== undefined);
    if (broken !== undefined && this.#gaps.length === 0) this.#verdict.holes.push(nameOf(broken));
  }

  /** Whether a gap names this sample by its `seq`. */
  #isNamed(row: number): boolean {
    const sample = this.#log[row];
    return this.#gaps.some(
      ({ epoch, gap: { from, to } }) => sample?.epoch === epoch && sample.seq >= from && sample.seq <= to,
    );
  }

  /** Whether a gap between runs that ends at `ts` covers this sample: in the new run, all before that `seq`. */
  #isBetweenRuns({ epoch, seq }: LoggedSample, ts: number): boolean {
    return this.#gaps.some(
      (told) =>
        BETWEEN_RUNS.has(told.gap.reason) &&
        told.gap.toMs === ts &&
        (epoch !== told.epoch || seq < told.gap.from),
    );
  }

  /** Whether the gaps before a sample reach back to the previous one, or begin and end, as in a copy of a store, with samples between the two. */
  #areBounded(row: number, ts: number): boolean {
    const fromMs = this.#log[this.#newest]?.ts;
    const between = new Set(this.#log.slice(Math.max(0, this.#newest), row).map((sample) => sample.ts));
    return this.#gaps.every(({ gap }) => {
      if (OF_TIME.has(gap.reason)) return true;
      const isFrom = fromMs === undefined || fromMs === gap.fromMs || between.has(gap.fromMs);
      return isFrom && (gap.toMs === ts || between.has(gap.toMs));
    });
  }
}

function nameOf({ epoch, seq }: { readonly epoch: string; readonly seq: number }): string {
  return `${epoch}/${seq}`;
}
