/** So many of the newest are looked at: their median is moved by no single one that came late. */
const KEPT = 7;
/** What took so many times the least, and a little more, did not only take the way. */
const MOST_TIMES = 4;
const JITTER_MS = 100;

/**
 * What a link is like, estimated from what comes over it: how long a question takes, how the agent's clock differs from the one
 * here, and how old the newest sample is. What came across a standstill of the agent, or of the page, says nothing of either.
 */
export class LinkMeter {
  readonly #nowMs: () => number;
  #roundTripsMs = new Newest();
  /** Time of a sample, on the agent's clock, less the time at which it came, on the clock here. */
  #leadsMs = new Newest();
  #newestMs: number | null = null;
  /** What is known of the clocks is of a link that is gone. */
  #isAnother = false;
  /** Samples that came in the same turn. */
  #together = 0;

  /** @param nowMs wall clock of this machine, Unix ms */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  answered(roundTripMs: number): void {
    const nowMs = this.#nowMs();
    this.#roundTripsMs.add(roundTripMs, nowMs - roundTripMs, nowMs);
  }

  /** A sample of this time (Unix ms on the agent's clock) came. One that came with others tells nothing of the clocks: it is old. */
  sampled(timestampMs: number): void {
    this.#newestMs = timestampMs;
    this.#together += 1;
    const nowMs = this.#nowMs();
    if (this.#together > 1) return;
    queueMicrotask(() => {
      if (this.#together === 1) {
        if (this.#isAnother) this.#leadsMs = new Newest();
        this.#isAnother = false;
        this.#leadsMs.add(timestampMs - nowMs, timestampMs, nowMs);
      }
      this.#together = 0;
    });
  }

  /** The link is another. The clocks and the newest sample are the same, until more is known of them. */
  reset(): void {
    this.#roundTripsMs = new Newest();
    this.#isAnother = true;
  }

  /** `null` while nothing was answered twice, so that they can be compared, or nothing can be asked. */
  get roundTripMs(): number | null {
    const { values } = this.#roundTripsMs;
    const most = Math.min(...values) * MOST_TIMES + JITTER_MS;
    return values.length < 2 ? null : median(values.filter((one) => one <= most));
  }

  /**
   * How far the agent's clock is ahead of the one here, negative when it is behind; `null` before the first sample. The way here, taken
   * for half a round trip, is allowed for.
   */
  get offsetMs(): number | null {
    const leadMs = median(this.#leadsMs.values);
    return leadMs === null ? null : leadMs + (this.roundTripMs ?? 0) / 2;
  }

  /** Age of the newest sample by the agent's clock, `null` before the first. */
  get ageMs(): number | null {
    const { offsetMs } = this;
    if (offsetMs === null || this.#newestMs === null) return null;
    return Math.max(0, this.#nowMs() + offsetMs - this.#newestMs);
  }
}

/** The newest measurements. */
class Newest {
  readonly values: number[] = [];
  #beganMs = Number.NEGATIVE_INFINITY;
  #cameMs = Number.NEGATIVE_INFINITY;

  /** Of those that waited together for a standstill to end, and came in a burst, only the last is kept: it waited least. */
  add(value: number, beganMs: number, cameMs: number): void {
    if (cameMs - this.#cameMs < (beganMs - this.#beganMs) / 2) this.values.pop();
    this.#beganMs = beganMs;
    this.#cameMs = cameMs;
    this.values.push(value);
    if (this.values.length > KEPT) this.values.shift();
  }
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
