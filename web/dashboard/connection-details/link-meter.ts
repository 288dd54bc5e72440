/** Measurements kept: a single late one does not move their median. */
const KEPT = 7;
/** A round trip longer than this multiple of the shortest, plus jitter, was not spent on the network. */
const MAX_RATIO = 4;
const JITTER_MS = 100;

/**
 * Estimates the round trip to the agent, the difference between its clock and the local one, and the age of the newest sample.
 * Ignores measurements taken while the agent or the page was stalled.
 */
export class LinkMeter {
  readonly #nowMs: () => number;
  #roundTripsMs = new Newest();
  /** Time of a sample on the agent's clock minus its arrival on the local clock. */
  #leadsMs = new Newest();
  #newestMs: number | null = null;
  /** The clock estimate is of the previous link. */
  #isReset = false;
  /** Samples that arrived in this microtask. */
  #batch = 0;

  /** @param nowMs wall clock of this machine, Unix ms */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  answered(roundTripMs: number): void {
    const nowMs = this.#nowMs();
    this.#roundTripsMs.add(roundTripMs, nowMs - roundTripMs, nowMs);
  }

  /** @param timestampMs of a sample that arrived, Unix ms on the agent's clock. Samples that arrive together are backfill: no use for the clocks */
  sampled(timestampMs: number): void {
    this.#newestMs = timestampMs;
    this.#batch += 1;
    const nowMs = this.#nowMs();
    if (this.#batch > 1) return;
    queueMicrotask(() => {
      if (this.#batch === 1) {
        if (this.#isReset) this.#leadsMs = new Newest();
        this.#isReset = false;
        this.#leadsMs.add(timestampMs - nowMs, timestampMs, nowMs);
      }
      this.#batch = 0;
    });
  }

  /** The link is a new one. Clocks and newest sample stay until there are new measurements. */
  reset(): void {
    this.#roundTripsMs = new Newest();
    this.#isReset = true;
  }

  /** `null` before two answers, and over a transport that cannot ping. */
  get roundTripMs(): number | null {
    const { values } = this.#roundTripsMs;
    const maxMs = Math.min(...values) * MAX_RATIO + JITTER_MS;
    return values.length < 2 ? null : median(values.filter((one) => one <= maxMs));
  }

  /** How far the agent's clock is ahead, corrected by half a round trip; negative when it is behind, `null` before the first sample. */
  get offsetMs(): number | null {
    const leadMs = median(this.#leadsMs.values);
    return leadMs === null ? null : leadMs + (this.roundTripMs ?? 0) / 2;
  }

  /** Age of the newest sample by the agent's clock; `null` before the first. */
  get ageMs(): number | null {
    const { offsetMs } = this;
    if (offsetMs === null || this.#newestMs === null) return null;
    return Math.max(0, this.#nowMs() + offsetMs - this.#newestMs);
  }
}

class Newest {
  readonly values: number[] = [];
  #startedMs = Number.NEGATIVE_INFINITY;
  #arrivedMs = Number.NEGATIVE_INFINITY;

  /** Of a burst after a stall only the last is kept: it was delayed least. */
  add(value: number, startedMs: number, arrivedMs: number): void {
    if (arrivedMs - this.#arrivedMs < (startedMs - this.#startedMs) / 2) this.values.pop();
    this.#startedMs = startedMs;
    this.#arrivedMs = arrivedMs;
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
