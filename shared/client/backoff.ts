import type { ConnectionRefusal } from './transport.ts';

/** Limits of the backoff; the server sends its own (`welcome.reconnect`). */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Applies until a server has announced its own (RC-1). */
export const DEFAULT_BACKOFF: BackoffLimits = { baseMs: 500, capMs: 20_000 };
/** As long as an agent blocks an address after wrong tokens. Longer times are not honoured. */
const LONGEST_REFUSAL_MS = 15 * 60_000;

/**
 * Full jitter (RC-1): uniformly random in 0 … min(cap, base × 2ⁿ), so that clients that lost the same server spread out.
 * @param attempt n, 0 for the first attempt after a loss
 * @param random in [0, 1)
 */
export function fullJitterMs(attempt: number, random: number, { baseMs, capMs }: BackoffLimits): number {
  return random * Math.min(capMs, baseMs * 2 ** attempt);
}

/**
 * Delay after a refusal. Slow from the first attempt: a refusal lasts for a known time, or until someone changes a setting.
 * @param random in [0, 1)
 */
export function refusedDelayMs({ retryMs = 0 }: ConnectionRefusal, random: number): number {
  const { capMs } = DEFAULT_BACKOFF;
  return Math.max(Math.min(retryMs, LONGEST_REFUSAL_MS), capMs / 2) + (random * capMs) / 2;
}
