/** A sample as the agent's own log tells it (at level trace). */
export interface LoggedSample {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
  /** Why samples could not be taken before it, where that was so. */
  readonly brokenBy?: string | undefined;
}

/** What a subscription was told, in the order in which it was told. */
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

/** What RT-10 forbids, each as `epoch/seq` of the samples concerned. */
export interface Verdict {
  /** Samples that did not come, and that no gap told of; a time without samples ends with a sample, which stands for it. */
  readonly holes: readonly string[];
  readonly duplicates: readonly string[];
  /** Samples that came after a later one. */
  readonly disorder: readonly string[];
  /** Samples that came although the agent never took them, or not at that time. */
  readonly inventions: readonly string[];
  /** Samples that came although a gap said that they would not, or before which a gap told of the wrong time. */
  readonly falseGaps: readonly string[];
}

export const FLAWLESS: Verdict = { holes: [], duplicates: [], disorder: [], inventions: [], falseGaps: [] };

/** Gaps between runs of the agent, whose numbers say nothing of what is missing from the run before. */
const BETWEEN_RUNS = new Set(['agent_restart', 'unknown_position']);
/** Gaps within a sequence of samples, whose ends may be samples that this subscription would not have had. */
const OF_TIME = new Set(['stall', 'suspend']);

/**
 * Judges what one subscription received against the agent's log (RT-10).
 * @param received beginning with the first thing that the subscription was told
 * @param log every sample of all runs of the agent, oldest first, up to the last that the subscription should have
 * @param isDue whether the subscription should have a sample, for one that does not follow them all
 */
export function judge(
  received: readonly Received[],
  log: readonly LoggedSample[],
  isDue: (sample: LoggedSample) => boolean = () => true,
): Verdict {
  return new Judgement(log, isDue).of(received);
}

/** Entries of a log whose lines were parsed, those that tell a sample. */
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
  /** Rows that a gap told of. */
  readonly #told = new Set<number>();
  #epoch = '';
  /** The newest row that came; -1 before the first. */
  #newest = -1;
  /** Gaps told since then. */
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
    if (this.#isNamed(row) || this.#told.has(row) || !this.#areBounded(ts)) {
      this.#verdict.falseGaps.push(name);
    }
    this.#missingBefore(row, ts);
    this.#newest = row;
    this.#gaps = [];
  }

  /** What is missing between the newest row and this one has to have been told; before the first, nothing is. */
  #missingBefore(row: number, ts: number): void {
    if (this.#newest < 0) return;
    for (let missing = this.#newest + 1; missing < row; missing += 1) {
      const sample = this.#log[missing];
      if (sample === undefined || !this.#isDue(sample)) continue;
      if (this.#isNamed(missing) || this.#isBetweenRuns(sample, ts)) this.#told.add(missing);
      else this.#verdict.holes.push(nameOf(sample));
    }
    const broken = this.#log.slice(this.#newest + 1, row + 1).find(({ brokenBy }) => brokenBy !== undefined);
    if (broken !== undefined && this.#gaps.length === 0) this.#verdict.holes.push(nameOf(broken));
  }

  /** Whether a gap says by its number that this sample will not come. */
  #isNamed(row: number): boolean {
    const sample = this.#log[row];
    return this.#gaps.some(
      ({ epoch, gap: { from, to } }) => sample?.epoch === epoch && sample.seq >= from && sample.seq <= to,
    );
  }

  /** Whether a gap from one run to another that ends at `ts` tells of this sample: of the new run, what is before its number. */
  #isBetweenRuns({ epoch, seq }: LoggedSample, ts: number): boolean {
    return this.#gaps.some(
      (told) =>
        BETWEEN_RUNS.has(told.gap.reason) &&
        told.gap.toMs === ts &&
        (epoch !== told.epoch || seq < told.gap.from),
    );
  }

  /** Whether the gaps before a sample reach from the one before to this one. */
  #areBounded(ts: number): boolean {
    const fromMs = this.#log[this.#newest]?.ts;
    return this.#gaps.every(
      ({ gap }) => OF_TIME.has(gap.reason) || (gap.toMs === ts && (fromMs ?? gap.fromMs) === gap.fromMs),
    );
  }
}

function nameOf({ epoch, seq }: { readonly epoch: string; readonly seq: number }): string {
  return `${epoch}/${seq}`;
}
