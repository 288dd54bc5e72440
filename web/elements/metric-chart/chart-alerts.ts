import type { Overlay } from '../../charts/overlay.ts';
import type { Language } from '../../locales/languages.ts';

/** What alerts have to say of one chart. Another object whenever it is something else. */
export interface ChartAlerts {
  readonly overlay: Overlay;
  /** What was the matter between two times: `over 90 % since 10:41`; empty if nothing was. */
  textOf(fromMs: number, toMs: number, language: Language): string;
  /** The text alternative of a chart, with all that was the matter between two times. */
  summaryOf(summary: string, fromMs: number, toMs: number, language: Language): string;
}
