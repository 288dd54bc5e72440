import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Messages } from '../../locales/en.ts';
import type { ChartNotice } from './chart-series.ts';

/** Told apart by their shapes: a triangle, an octagon. */
const GLYPHS: Readonly<Record<ChartNotice['level'], SVGTemplateResult>> = {
  warning: svg`<path class="body" d="M8 1.2 15.4 14.4H.6Z" /><path class="sign" d="M8 5.6v4.4M8 11.6v1.2" />`,
  trouble: svg`<path class="body" d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5Z" /><path class="sign" d="M8 4v5M8 10.7v1.6" />`,
};

/** Before the text of a notice; nothing for other captions. */
export function noticeGlyph(
  level: ChartNotice['level'] | undefined,
  { chart }: Messages,
): TemplateResult | typeof nothing {
  return level === undefined
    ? nothing
    : html`<svg class="glyph" viewBox="0 0 16 16" role="img" aria-label=${chart.levels[level]}>${GLYPHS[level]}</svg>`;
}
