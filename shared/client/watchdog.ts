import type { Clock } from '../clock.ts';

const SLACK_MS = 5000;
const PROBE_MS = 5000;
/** Applies until the server has announced its own (HB-2). */
const DEFAULT_HEARTBEAT_MS = 15_000;

/**
 * Detects a connection that is dead but not closed (HB-2): the server sends at least once per heartbeat interval, so silence for
 * twice that plus some slack means death. Any frame counts.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #starved: () => void;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #fedAtMs = 0;
  #isOn = false;
  #cancel: () => void = () => {};
  #cancelProbe: () => void = () => {};

  /** @param starved called once, after the watchdog has stopped */
  constructor(clock: Clock, starved: () => void) {
    this.#clock = clock;
    this.#starved = starved;
  }

  start(): void {
    this.#isOn = true;
    this.feed();
    this.#arm();
  }

  stop(): void {
    this.#isOn = false;
    this.#cancel();
    this.#cancelProbe();
  }

  /** Sets the server's heartbeat interval. */
  expect(heartbeatMs: number): void {
    this.#heartbeatMs = heartbeatMs;
  }

  /** Something was received. Cheap: does not touch the timer. */
  feed(): void {
    this.#fedAtMs = this.#clock.now();
  }

  /** Checks now: timers of hidden tabs are throttled, and those of a sleeping machine do not run. */
  check(): void {
    if (!this.#isOn || this.#clock.now() < this.#deadlineMs()) return;
    this.stop();
    this.#starved();
  }

  /** Expects an answer soon: the server was pinged just now. */
  probe(): void {
    if (!this.#isOn) return;
    const askedAtMs = this.#clock.now();
    this.#cancelProbe();
    this.#cancelProbe = this.#clock.schedule(() => {
      if (this.#fedAtMs >= askedAtMs) return;
      this.stop();
      this.#starved();
    }, PROBE_MS);
  }

  #deadlineMs(): number {
    return this.#fedAtMs + 2 * this.#heartbeatMs + SLACK_MS;
  }

  #arm(): void {
    this.#cancel();
    this.#cancel = this.#clock.schedule(() => {
      this.check();
      if (this.#isOn) this.#arm();
    }, this.#deadlineMs() - this.#clock.now());
  }
}
