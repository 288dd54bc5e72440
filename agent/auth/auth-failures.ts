import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { clientKeyOf } from '../addresses.ts';

/** As `Config.maxWrongTokens`. */
const DEFAULT_LIMIT = 5;
const WITHIN_S = 60;
/** The first block; each further one doubles, up to the maximum. */
const BLOCK_S = 60;
const MAX_BLOCK_S = 15 * 60;
/** After this time without a block, an address starts again with the shortest one. */
const FORGOTTEN_AFTER_S = 24 * 60 * 60;

interface Limiters {
  readonly failures: RateLimiterMemory;
  readonly blocks: RateLimiterMemory;
}

/** Counts invalid tokens by address, and blocks an address that sends too many. */
export class AuthFailures {
  /** Loaded with the first invalid token: most agents never see one. */
  #limiters: Promise<Limiters> | null = null;
  /** By client key, monotonic. Kept here because connections are checked synchronously, and the limiter is asynchronous. */
  readonly #blockedUntilMs = new Map<string, number>();
  readonly #limit: number;

  /** @param limit invalid tokens from one address within a minute that block it */
  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** How long the address remains blocked, ms; 0 if it is not. */
  blockedForMs(address: string): number {
    const untilMs = this.#blockedUntilMs.get(clientKeyOf(address)) ?? 0;
    return Math.max(0, untilMs - performance.now());
  }

  /** Counts an invalid token. */
  async count(address: string): Promise<void> {
    const { failures, blocks } = await this.#load();
    const key = clientKeyOf(address);
    const { consumedPoints } = await failures.penalty(key);
    if (consumedPoints < this.#limit) return;
    const { consumedPoints: blockCount } = await blocks.penalty(key);
    const blockS = Math.min(BLOCK_S * 2 ** (blockCount - 1), MAX_BLOCK_S);
    await failures.delete(key);
    const untilMs = performance.now() + blockS * 1000;
    this.#blockedUntilMs.set(key, untilMs);
    const forget = (): void => {
      // A later, longer block has its own timer.
      if (this.#blockedUntilMs.get(key) === untilMs) this.#blockedUntilMs.delete(key);
    };
    setTimeout(forget, blockS * 1000).unref();
  }

  /** Retries a failed import: file descriptors may have run out for a moment. */
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
