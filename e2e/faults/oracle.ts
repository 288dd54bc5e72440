/** A sample as the agent's own log tells it (at level trace). */
export interface LoggedSample {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
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
  /** Samples that did not come, and that no gap told of. */
  readonly holes: readonly string[];
  readonly duplicates: readonly string[];
  /** Samples that came after a later one. */
  readonly disorder: readonly string[];
  /** Samples that came although the agent never took them, or not at that time. */
  readonly inventions: readonly string[];
  /** Samples that came although a gap said that they would not. */
  readonly falseGaps: readonly string[];
}

export const FLAWLESS: Verdict = { holes: [], duplicates: [], disorder: [], inventions: [], falseGaps: [] };

/** Gaps whose numbers say nothing of the samples before them: the client stood in a run that the agent does not know. */
const BY_TIME = new Set(['agent_restart', 'unknown_position']);

/**
 * Judges what one subscription received against the agent's log (RT-10).
 * @param received beginning with the first thing that the subscription was told
 * @param log every sample from the first received on that the subscription should have, over all runs of the agent, oldest first
 */
export function judge(received: readonly Received[], log: readonly LoggedSample[]): Verdict {
  return new Judgement(log).of(received);
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

  constructor(log: readonly LoggedSample[]) {
    this.#log = log;
    this.#rows = new Map(log.map((sample, row) => [nameOf(sample), row]));
  }

  of(received: readonly Received[]): Verdict {
    for (const item of received) {
      if (item.kind === 'subscribed') this.#epoch = item.epoch;
      else if (item.kind === 'gap') this.#gaps.push({ epoch: this.#epoch, gap: item });
      else this.#sample(item.seq, item.ts);
    }
    this.#missingBefore(this.#log.length);
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
    if (this.#isTold(row) || this.#told.has(row)) this.#verdict.falseGaps.push(name);
    this.#missingBefore(row);
    this.#newest = row;
    this.#gaps = [];
  }

  /** What is missing between the newest row and this one has to have been told; before the first, nothing is. */
  #missingBefore(row: number): void {
    if (this.#newest < 0) return;
    for (let missing = this.#newest + 1; missing < row; missing += 1) {
      const sample = this.#log[missing];
      if (sample === undefined) continue;
      if (this.#isTold(missing)) this.#told.add(missing);
      else this.#verdict.holes.push(nameOf(sample));
    }
  }

  #isTold(row: number): boolean {
    const sample = this.#log[row];
    if (sample === undefined) return false;
    return this.#gaps.some(({ epoch, gap }) =>
      BY_TIME.has(gap.reason)
        ? sample.ts > gap.fromMs && sample.ts < gap.toMs
        : sample.epoch === epoch && sample.seq >= gap.from && sample.seq <= gap.to,
    );
  }
}

function nameOf({ epoch, seq }: { readonly epoch: string; readonly seq: number }): string {
  return `${epoch}/${seq}`;
}
