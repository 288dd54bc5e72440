import { recall, remember } from '../browser/storage.ts';
import { TIME_SPANS, type TimeSpan } from './time-span.ts';

const KEY = 'metrics-panel.window';

/** The span that the reader chose last in this browser; at first, the newest points. */
export function recallSpan(): TimeSpan {
  const stored = recall(() => localStorage, KEY);
  return TIME_SPANS.find((span) => span === stored) ?? 'points';
}

export function rememberSpan(span: TimeSpan): void {
  remember(() => localStorage, KEY, span);
}
