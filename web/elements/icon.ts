import { svg, type SVGTemplateResult } from 'lit';

/** An icon for the reader's eyes only, drawn on 16 by 16 units; `tokens.styles.ts` has its size and strokes. */
export function icon(shape: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}
