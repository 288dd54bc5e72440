import { svg, type SVGTemplateResult } from 'lit';
import { icon } from '../../elements/icon.ts';
import type { Tone } from './sentence.ts';

/** Ring with a tick, triangle, octagon, square with a cross, dashed ring. `.sign` is the mark in a filled one, in the colour of what is around. */
export const TONE_SHAPES: Readonly<Record<Tone, SVGTemplateResult>> = {
  well: icon(
    svg`<circle cx="8" cy="8" r="6.8" stroke-width="1.6" /><path d="m4.9 8.3 2.1 2.1 4.1-4.4" stroke-width="1.6" />`,
  ),
  warning: icon(
    svg`<path d="M8 1.2 15.4 14.4H.6z" fill="currentcolor" stroke="none" /><path d="M8 6.2v3.6M8 12.1v.1" class="sign" />`,
  ),
  trouble: icon(
    svg`<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentcolor" stroke="none" /><path d="M8 4.2v4.4M8 11.5v.1" class="sign" />`,
  ),
  down: icon(
    svg`<rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentcolor" stroke="none" /><path d="m5 5 6 6m0-6-6 6" class="sign" />`,
  ),
  unknown: icon(svg`<circle cx="8" cy="8" r="6.4" stroke-width="1.5" stroke-dasharray="2.6 2.42" />`),
};
