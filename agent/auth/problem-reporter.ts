/** Minimum time between two reports of one problem, however often it comes and goes. */
const QUIET_MS = 60_000;
/** Different problems reported within that time. */
const MAX_REPORTED = 100;
/** Problems reported at once: ten damaged files have the same fix as a thousand. */
const MAX_AT_ONCE = 10;

/** @param isResolved whether the sentence says that all is well again */
export type ReportProblem = (sentence: string, isResolved: boolean) => void;

/** Reports each problem of the state folder once, not on every access. */
export class ProblemReporter {
  readonly #report: ReportProblem;
  readonly #resolved: string;
  /** By sentence, monotonic, oldest first. */
  readonly #reportedAtMs = new Map<string, number>();
  #isOpen = false;

  /** @param resolved the sentence that says that all is well again */
  constructor(report: ReportProblem, resolved: string) {
    this.#report = report;
    this.#resolved = resolved;
  }

  /** Takes all current problems, the worst first; an empty list when all is well. */
  update(sentences: readonly string[]): void {
    for (const sentence of sentences.slice(0, MAX_AT_ONCE))
      this.#isOpen = this.reportOnce(sentence) || this.#isOpen;
    if (sentences.length > 0 || !this.#isOpen) return;
    this.#isOpen = false;
    this.#report(this.#resolved, true);
  }

  /** Reports a single problem. Returns whether it was reported now. */
  reportOnce(sentence: string): boolean {
    const nowMs = performance.now();
    for (const [reported, atMs] of this.#reportedAtMs) {
      if (nowMs - atMs < QUIET_MS) break;
      this.#reportedAtMs.delete(reported);
    }
    // Deleting and setting again keeps an ongoing problem quiet, and the map in order.
    const wasReported = this.#reportedAtMs.delete(sentence);
    if (this.#reportedAtMs.size >= MAX_REPORTED) return false;
    this.#reportedAtMs.set(sentence, nowMs);
    if (!wasReported) this.#report(sentence, false);
    return !wasReported;
  }
}
