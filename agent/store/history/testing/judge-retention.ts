import { TIERS, type Tier } from '../../sample-history.ts';
import { CHUNK_MS, ROW_MS } from '../schema.ts';
import type { HistoryModel } from './history-model.ts';

const DAY_MS = 86_400_000;
/** How much longer than seconds a tier is kept. */
const LONGER: Readonly<Record<Tier, number>> = { seconds: 1, minutes: 400 / 14, quarters: (5 * 365) / 14 };

/** What retention has deleted must be so old that enough was recorded after it, whatever the clock says. Returns the lies. */
export function judgeRetention(model: HistoryModel, days: number): string[] {
  return TIERS.flatMap((tier) => {
    const rowMs = Math.max(ROW_MS[tier], model.intervalMs);
    // Of a chunk, all is deleted at once.
    const mustKeepMs = days * LONGER[tier] * DAY_MS - CHUNK_MS[tier] - rowMs;
    let recordedMs = 0;
    let step = Number.NaN;
    for (const { timestampMs, isForgotten } of model.rows.toReversed()) {
      if (recordedMs > mustKeepMs) break;
      if (isForgotten[tier] === true)
        return [`retention of ${tier}: ${timestampMs} is gone, after ${recordedMs} ms`];
      const own = tier === 'seconds' ? timestampMs : Math.floor(timestampMs / rowMs);
      if (own !== step) recordedMs += rowMs;
      step = own;
    }
    return [];
  });
}
