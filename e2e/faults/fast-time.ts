import type { Clock } from '../../agent/clock.ts';

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

const DEFAULT_TIMEOUT_MS = 60_000;
const EVERY_MS = 5;

export class NeverError extends Error {
  readonly code = 'never';

  constructor(what: string, timeoutMs: number) {
    super(`${what}: not within ${timeoutMs} ms`);
    this.name = 'NeverError';
  }
}

/** Waits for `condition`, also in concurrent tests, where `expect.poll` does not work. @throws NeverError */
export async function until(
  what: string,
  condition: () => boolean,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new NeverError(what, timeoutMs);
    await new Promise((resolve) => {
      setTimeout(resolve, EVERY_MS);
    });
  }
}
