import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { subscriberOf } from '../addresses.ts';

/** As `Config.maxWrongTokens`. */
const DEFAULT_MOST = 5;
const WITHIN_S = 60;
/** The first block; each further one is twice as long, up to the last. */
const BLOCK_S = 60;
const MAX_BLOCK_S = 15 * 60;
/** An address that was quiet for so long begins anew. */
const FORGOTTEN_AFTER_S = 24 * 60 * 60;

interface Limiters {
  readonly failures: RateLimiterMemory;
  readonly blocks: RateLimiterMemory;
}

/** Counts wrong tokens by address, and blocks one that shows too many. */
export class AuthFailures {
  /** Loaded with the first wrong token: most agents never see one. */
  #limiters: Promise<Limiters> | null = null;
  /** By address, monotonic. Here, for whoever lets connections in has no time to wait for the limiter's answer. */
  readonly #blockedUntilMs = new Map<string, number>();
  readonly #most: number;

  /** @param most wrong tokens of an address within a minute; the last of them blocks it */
  constructor(most = DEFAULT_MOST) {
    this.#most = most;
  }

  /** How long that address is still blocked, 0 for not at all. */
  blockedForMs(address: string): number {
    const untilMs = this.#blockedUntilMs.get(subscriberOf(address)) ?? 0;
    return Math.max(0, untilMs - performance.now());
  }

  /** That address has shown a wrong token. */
  async count(address: string): Promise<void> {
    const { failures, blocks } = await this.#load();
    const key = subscriberOf(address);
    const { consumedPoints } = await failures.penalty(key);
    if (consumedPoints < this.#most) return;
    const { consumedPoints: times } = await blocks.penalty(key);
    const blockS = Math.min(BLOCK_S * 2 ** (times - 1), MAX_BLOCK_S);
    await failures.delete(key);
    const untilMs = performance.now() + blockS * 1000;
    this.#blockedUntilMs.set(key, untilMs);
    const forget = (): void => {
      // Not a longer one that came after it.
      if (this.#blockedUntilMs.get(key) === untilMs) this.#blockedUntilMs.delete(key);
    };
    setTimeout(forget, blockS * 1000).unref();
  }

  /** Again, where that failed: descriptors may have run out for a moment. */
  async #load(): Promise<Limiters> {
    try {
      return await (this.#limiters ??= loadLimiters());
    } catch (error) {
      this.#limiters = null;
      throw error;
    }
  }
}

async function loadLimiters(): Promise<Limiters> {
  const { RateLimiterMemory: Limiter } = await import('rate-limiter-flexible');
  return {
    failures: new Limiter({ keyPrefix: '', points: 1, duration: WITHIN_S }),
    blocks: new Limiter({ keyPrefix: '', points: 1, duration: FORGOTTEN_AFTER_S }),
  };
}
