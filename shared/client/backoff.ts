/** How a server wants to be tried again (`welcome.reconnect`). */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Used until a server has said otherwise (RC-1). */
export const DEFAULT_BACKOFF: BackoffLimits = { baseMs: 500, capMs: 20_000 };

/**
 * Full jitter (RC-1): uniformly random in 0 … min(cap, base × 2ⁿ), so that clients which lost the same server spread.
 * @param attempt n, 0 for the first try after a loss
 * @param random in [0, 1)
 */
export function fullJitterMs(attempt: number, random: number, { baseMs, capMs }: BackoffLimits): number {
  return random * Math.min(capMs, baseMs * 2 ** attempt);
}
