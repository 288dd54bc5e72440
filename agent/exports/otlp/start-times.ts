interface Counter {
  startMs: number;
  value: number;
  round: number;
}

/**
 * When each counter of a host began to count. The kernel does not say so: what is there with the first push began with the host, and what comes later,
 * or restarts, after the push before.
 */
export class StartTimes {
  readonly #counters = new Map<string, Counter>();
  #round = 0;
  #beforeMs: number | null = null;
  #bootedAtMs: number | null = null;

  /** Begins a push. @param bootedAtMs `null` if it is not known */
  begin(bootedAtMs: number | null): void {
    this.#round += 1;
    this.#bootedAtMs = bootedAtMs;
  }

  /** Never after `timestampMs`, which may be earlier than the push before: clocks are set. */
  of(series: string, value: number, timestampMs: number): number {
    const known = this.#counters.get(series);
    if (known !== undefined) {
      if (value < known.value) known.startMs = this.#beforeMs ?? timestampMs;
      known.value = value;
      known.round = this.#round;
      return Math.min(known.startMs, timestampMs);
    }
    const startMs = this.#beforeMs ?? this.#bootedAtMs ?? timestampMs;
    this.#counters.set(series, { startMs, value, round: this.#round });
    return Math.min(startMs, timestampMs);
  }

  /** Ends a push: counters that were not in it are gone, and begin anew if they come back. */
  end(timestampMs: number): void {
    for (const [series, { round }] of this.#counters)
      if (round !== this.#round) this.#counters.delete(series);
    this.#beforeMs = timestampMs;
  }
}
