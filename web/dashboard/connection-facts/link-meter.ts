/** So many of the newest are looked at: their median is moved by no single one that came late. */
const KEPT = 7;
/** A single round trip that is longer may as well be a standstill. */
const USUAL_ROUND_TRIP_MS = 1000;
/** What took so many times the least, and a little more, did not only take the way. */
const MOST_TIMES = 4;
const JITTER_MS = 100;

/**
 * What a link is like, estimated from what comes over it: how long a question takes, how the agent's clock differs from the one
 * here, and how old the newest sample is.
 */
export class LinkMeter {
  readonly #nowMs: () => number;
  readonly #roundTripsMs: number[] = [];
  /** Time of a sample, on the agent's clock, less the time at which it came, on the clock here. */
  readonly #leadsMs: number[] = [];
  #newestMs: number | null = null;
  readonly #questions = new Pace();
  readonly #samples = new Pace();
  /** The newest round trip is one of those that were answered together. */
  #isHeld = false;
  /** What is known of the clocks is of a link that is gone. */
  #isAnother = false;
  /** Samples that came in the same turn. */
  #together = 0;

  /** @param nowMs wall clock of this machine, Unix ms */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A question was answered now. Those that waited together for a standstill to end say nothing of the way. */
  answered(roundTripMs: number): void {
    const nowMs = this.#nowMs();
    const askedMs = nowMs - roundTripMs;
    const isAskedBefore = askedMs < this.#questions.cameMs;
    const isHeld = this.#questions.isHeld(askedMs, nowMs) && isAskedBefore;
    if (!isHeld) keep(this.#roundTripsMs, roundTripMs);
    else if (!this.#isHeld) this.#roundTripsMs.pop();
    this.#isHeld = isHeld;
  }

  /** A sample of this time (Unix ms on the agent's clock) came. One that came with others tells nothing of the clocks: it is old. */
  sampled(timestampMs: number): void {
    const nowMs = this.#nowMs();
    const leadMs = timestampMs - nowMs;
    this.#newestMs = timestampMs;
    this.#together += 1;
    // The one before waited longer for a page that stood still.
    if (this.#samples.isHeld(timestampMs, nowMs)) this.#leadsMs.pop();
    if (this.#together > 1) return;
    queueMicrotask(() => {
      if (this.#together === 1) {
        if (this.#isAnother) this.#leadsMs.length = 0;
        this.#isAnother = false;
        keep(this.#leadsMs, leadMs);
      }
      this.#together = 0;
    });
  }

  /** The link is another. The clocks and the newest sample are the same, until more is known of them. */
  reset(): void {
    this.#roundTripsMs.length = 0;
    this.#isAnother = true;
  }

  /** `null` while nothing was answered that tells it, or nothing can be asked. */
  get roundTripMs(): number | null {
    const least = Math.min(...this.#roundTripsMs);
    if (this.#roundTripsMs.length === 1 && least > USUAL_ROUND_TRIP_MS) return null;
    return median(this.#roundTripsMs.filter((one) => one <= least * MOST_TIMES + JITTER_MS));
  }

  /**
   * How far the agent's clock is ahead of the one here, negative when it is behind; `null` before the first sample. The way here, taken
   * for half a round trip, is allowed for.
   */
  get offsetMs(): number | null {
    const leadMs = median(this.#leadsMs);
    return leadMs === null ? null : leadMs + (this.roundTripMs ?? 0) / 2;
  }

  /** Age of the newest sample by the agent's clock, `null` before the first. */
  get ageMs(): number | null {
    const { offsetMs } = this;
    if (offsetMs === null || this.#newestMs === null) return null;
    return Math.max(0, this.#nowMs() + offsetMs - this.#newestMs);
  }
}

/** Tells what came in a burst from what came one by one. */
class Pace {
  #beganMs = Number.NEGATIVE_INFINITY;
  #cameMs = Number.NEGATIVE_INFINITY;

  /** When the newest came. */
  get cameMs(): number {
    return this.#cameMs;
  }

  /** Whether what began and came then came much sooner after the one before than it began after that. */
  isHeld(beganMs: number, cameMs: number): boolean {
    const isHeld = cameMs - this.#cameMs < (beganMs - this.#beganMs) / 2;
    this.#beganMs = beganMs;
    this.#cameMs = cameMs;
    return isHeld;
  }
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > KEPT) values.shift();
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
