import type { Clock } from '../../agent/clock.ts';
import { until } from './until.ts';

/** Whether faults last for minutes (`npm run test:faults`) or seconds. */
export const IS_FULL = process.env['METRICS_PANEL_FAULTS'] === 'full';

/** Time that is `speed` times as fast as real time, for an agent and its clients; the network is not accelerated. */
export class FastClock implements Clock {
  readonly speed: number;
  readonly #originMs = performance.now();
  readonly #wallOriginMs = Date.now();

  /** @param shortSpeed in the short form; the full form runs in real time */
  constructor(shortSpeed: number) {
    this.speed = IS_FULL ? 1 : shortSpeed;
  }

  now(): number {
    return (performance.now() - this.#originMs) * this.speed;
  }

  wallNow(): number {
    return Math.floor(this.#wallOriginMs + this.now());
  }

  sinceBoot(): number {
    return this.now();
  }

  schedule(task: () => void, delayMs: number): () => void {
    const timer = setTimeout(task, delayMs / this.speed);
    return () => clearTimeout(timer);
  }

  /** Waits in accelerated time. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.now() + ms;
    await until(`${ms} ms of fast time`, () => this.now() >= untilMs, ms / this.speed + 30_000);
  }
}
