import type { SampleHistory, TimeRange } from '../../sample-history.ts';
import type { HistoryModel } from './history-model.ts';

/** Compares the gaps of a range with what was recorded: each that was, with its cause and its exact bounds, and no other. Returns the lies. */
export function judgeGaps(history: SampleHistory, range: TimeRange, model: HistoryModel): string[] {
  const flaws: string[] = [];
  const told = history.gaps(range);
  const where = `gaps ${range.fromMs} to ${range.toMs}: `;
  told.forEach(({ fromMs, toMs, reason }, index) => {
    const name = `${reason} from ${fromMs} to ${toMs}`;
    if (fromMs > toMs) flaws.push(`${where}${name} ends before it begins`);
    if (fromMs < (told[index - 1]?.fromMs ?? Number.NEGATIVE_INFINITY))
      flaws.push(`${where}${name} is out of order`);
    if (toMs < range.fromMs || fromMs > range.toMs) flaws.push(`${where}${name} does not touch the range`);
    const wasThere = model.gaps.some(
      (gap) => gap.fromMs === fromMs && gap.toMs.includes(toMs) && gap.reasons.includes(reason),
    );
    if (!wasThere) flaws.push(`${where}${name} never was`);
  });
  for (const { fromMs, toMs, reasons, isOptional, before, after } of model.gaps) {
    const endMs = Math.min(...toMs);
    const isInside = fromMs < range.toMs && endMs > range.fromMs && endMs > fromMs;
    if (!isInside || isOptional || model.isGone(before) || model.isGone(after)) continue;
    const isTold = told.some(
      (gap) => gap.fromMs === fromMs && toMs.includes(gap.toMs) && reasons.includes(gap.reason),
    );
    if (!isTold)
      flaws.push(`${where}${reasons.join(' or ')} from ${fromMs} to ${toMs.join(' or ')} is not told`);
  }
  return flaws;
}
