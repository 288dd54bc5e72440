import type { Line, Threshold } from './thresholds.ts';

/** So long a reading must be behind a line before it counts as behind it: a spike shows for as long, and nothing flickers. */
export const CALM_MS = 15_000;
/** So many times the slack behind a line, nobody doubts that a reading is behind it. */
const FAR_SLACKS = 5;
/** Where one line stands. */
interface LineState {
  readonly line: Line;
  /** Since when it is reached without a break; NaN: it is not. */
  reachedMs: number;
  /** It was not, just before. */
  isSeen: boolean;
  /** Since when the reading is behind it by more than the slack; NaN: it is not. */
  calmMs: number;
  isCrossed: boolean;
}

/** Which line of a threshold a reading has crossed. What is not known changes nothing, and no time passes for it. Times are Unix ms. */
export class LevelWatch {
  readonly #isBelow: boolean;
  readonly #slack: number;
  readonly #lines: readonly LineState[];
  #knownMs = Number.NaN;

  constructor({ compared, slack, lines }: Threshold) {
    // Less time ahead is worse.
    this.#isBelow = compared.kind === 'forecast';
    this.#slack = slack;
    this.#lines = lines.map((line) => ({
      line,
      reachedMs: Number.NaN,
      isSeen: false,
      calmMs: Number.NaN,
      isCrossed: false,
    }));
  }

  /** When a reading was known last; NaN before the first. */
  get knownMs(): number {
    return this.#knownMs;
  }

  /** The worst line that is crossed, and since when it has been reached; at least since then, if nobody saw it begin. */
  get crossed(): { readonly line: Line; readonly sinceMs: number; readonly isBeginSeen: boolean } | null {
    const found = this.#lines.find(({ isCrossed }) => isCrossed);
    if (found === undefined) return null;
    return { line: found.line, sinceMs: found.reachedMs, isBeginSeen: found.isSeen };
  }

  /**
   * @param readingOf the reading for each line, in their order; NaN: not known
   * @param holdMs without a reading for longer than this, nobody knows what was in between
   */
  step(timeMs: number, readingOf: (index: number) => number, holdMs: number): void {
    const isFirst = Number.isNaN(this.#knownMs);
    const isBroken = timeMs - this.#knownMs > holdMs;
    let isKnown = false;
    for (let index = 0; index < this.#lines.length; index += 1) {
      const state = this.#lines[index];
      const reading = readingOf(index);
      if (state === undefined || Number.isNaN(reading)) continue;
      isKnown = true;
      if (isBroken) restart(state);
      this.#judge(state, timeMs, this.#isBelow ? -reading : reading, !isFirst && !isBroken);
    }
    if (isKnown) this.#knownMs = timeMs;
  }

  #judge(state: LineState, timeMs: number, reading: number, isSeen: boolean): void {
    const at = this.#isBelow ? -state.line.at : state.line.at;
    if (reading >= at) {
      if (Number.isNaN(state.reachedMs)) {
        state.reachedMs = timeMs;
        state.isSeen = isSeen;
      }
      state.calmMs = Number.NaN;
      state.isCrossed ||= timeMs - state.reachedMs >= (state.line.forMs ?? 0);
      return;
    }
    if (state.isCrossed && reading > at - FAR_SLACKS * this.#slack) {
      if (reading > at - this.#slack) state.calmMs = Number.NaN;
      else if (Number.isNaN(state.calmMs)) state.calmMs = timeMs;
      if (!(timeMs - state.calmMs >= CALM_MS)) return;
    }
    state.isCrossed = false;
    state.reachedMs = Number.NaN;
    state.calmMs = Number.NaN;
  }
}

/** Of the time that nobody saw, nothing counts: neither towards a line, nor back. */
function restart(state: LineState): void {
  state.calmMs = Number.NaN;
  if (!state.isCrossed) state.reachedMs = Number.NaN;
}
