import type { Clock } from '../clock.ts';

const SLACK_MS = 5000;
const PROBE_MS = 5000;
/** Until the server has announced its own (HB-2). */
const DEFAULT_HEARTBEAT_MS = 15_000;

/**
 * Notices a connection that is dead although nobody closed it (HB-2): the server says something at least once per
 * heartbeat, so twice that and some slack without a word is an end. Any word counts as life.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #starved: () => void;
  #heartbeatMs = DEFAULT_HEARTBEAT_MS;
  #fedAtMs = 0;
  #isOn = false;
  #cancel: () => void = () => {};
  #cancelProbe: () => void = () => {};

  /** @param starved called once; the watchdog is off then */
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

  /** The server's own interval. */
  expect(heartbeatMs: number): void {
    this.#heartbeatMs = heartbeatMs;
  }

  /** Something was heard. Cheap: the timer is not touched. */
  feed(): void {
    this.#fedAtMs = this.#clock.now();
  }

  /** Looks now; timers of hidden tabs are throttled, and those of a sleeping machine do not run. */
  check(): void {
    if (!this.#isOn || this.#clock.now() < this.#deadlineMs()) return;
    this.stop();
    this.#starved();
  }

  /** The server was asked for a word just now: it has to come soon. */
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
