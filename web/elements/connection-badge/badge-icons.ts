import { svg, type SVGTemplateResult } from 'lit';
import type { Standing } from './standing.ts';

/** One icon per state, 16 × 16, stroked in the current colour. States differ in text, colour and shape, never in colour alone. */
export const BADGE_ICONS: Readonly<Record<Standing['state'], SVGTemplateResult>> = {
  connecting: svg`<path class="spin" d="M8 2a6 6 0 1 1-6 6" />`,
  connected: svg`<circle cx="8" cy="8" r="6" /><path d="m5.3 8.2 1.9 1.9 3.6-4" />`,
  silent: svg`<circle cx="8" cy="8" r="6" /><path d="M8 4.6V8l2.2 1.6" />`,
  catchingUp: svg`<path d="m3 4 4 4-4 4M9 4l4 4-4 4" />`,
  reconnecting: svg`<path class="spin" d="M13.5 8a5.5 5.5 0 1 1-1.7-4M12.2 1.2v3.1H9.1" />`,
  hostDown: svg`<path d="M3 3h10v10H3zM6 6l4 4M10 6l-4 4" />`,
  hostUnknown: svg`<circle cx="8" cy="8" r="6" stroke-dasharray="2.4 2.3" />`,
  disconnected: svg`<circle cx="8" cy="8" r="6" /><path d="M5 8h6" />`,
  error: svg`<path d="M8 2 1.7 13.2h12.6zM8 6.6v3M8 11.4v.1" />`,
};

/** All well, where there is little room. */
export const SMALL_DOT = svg`<circle cx="8" cy="8" r="3.5" fill="currentColor" />`;
