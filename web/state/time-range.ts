/** Unix ms on the host's clock, both inclusive. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const SECOND_MS = 1000;
/** Less shows too little of samples that are a second apart. */
export const MIN_LENGTH_MS = 10 * SECOND_MS;
const MAX_LENGTH_MS = 10 * 365 * 86_400 * SECOND_MS;

/** Browsers parse much else, each in its own way. */
const ISO_8601 = /^\d{4}-\d\d-\d\d/;

/** Reads a time of an address: Unix ms, or ISO 8601, which is the reader's local time if it names no zone. `null` for anything else. */
export function readTime(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  // `+` in a query is a space.
  const timestampMs = ISO_8601.test(text) ? Date.parse(text.replace(' ', '+')) : Number.NaN;
  return timestampMs > 0 ? timestampMs : null;
}

/** `2026-11-26T14:20:00Z`; with milliseconds only where there are some. */
export function writeTime(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace('.000Z', 'Z');
}

/** The range on whole seconds, at least ten of them, and not in the future: one that would reach beyond `nowMs` moves back. */
export function fittedRange({ fromMs, toMs }: TimeRange, nowMs: number): TimeRange {
  const lengthMs = Math.min(MAX_LENGTH_MS, Math.max(MIN_LENGTH_MS, toMs - fromMs));
  const middleMs = (fromMs + toMs) / 2;
  const end = Math.min(Math.ceil((middleMs + lengthMs / 2) / SECOND_MS), Math.ceil(nowMs / SECOND_MS));
  const begin = Math.floor((end * SECOND_MS - lengthMs) / SECOND_MS);
  return { fromMs: Math.max(0, begin) * SECOND_MS, toMs: end * SECOND_MS };
}

/** The range moved by `share` of its length, to the past if negative. */
export function movedRange({ fromMs, toMs }: TimeRange, share: number): TimeRange {
  const distanceMs = (toMs - fromMs) * share;
  return { fromMs: fromMs + distanceMs, toMs: toMs + distanceMs };
}

/** The range `factor` times as long, around `centreMs`, default: its middle. */
export function scaledRange(range: TimeRange, factor: number, centreMs?: number): TimeRange {
  const middleMs = centreMs ?? (range.fromMs + range.toMs) / 2;
  const halfMs = ((range.toMs - range.fromMs) * factor) / 2;
  return { fromMs: middleMs - halfMs, toMs: middleMs + halfMs };
}

export function isIn(range: TimeRange, timestampMs: number): boolean {
  return timestampMs >= range.fromMs && timestampMs <= range.toMs;
}
