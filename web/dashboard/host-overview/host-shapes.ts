import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { icon } from '../../elements/icon.ts';
import type { HostMark } from '../../state/host-mark.ts';

const SHAPES: Readonly<Record<HostMark, SVGTemplateResult>> = {
  down: icon(
    svg`<rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentcolor" stroke="none" /><path d="m5 5 6 6m0-6-6 6" class="sign" />`,
  ),
  trouble: icon(
    svg`<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentcolor" stroke="none" /><path d="M8 4.2v4.4M8 11.5v.1" class="sign" />`,
  ),
  warning: icon(
    svg`<path d="M8 1.2 15.4 14.4H.6z" fill="currentcolor" stroke="none" /><path d="M8 6.2v3.6M8 12.1v.1" class="sign" />`,
  ),
  unknown: icon(svg`<circle cx="8" cy="8" r="6.4" stroke-width="1.5" stroke-dasharray="2.6 2.42" />`),
  up: icon(svg`<circle cx="8" cy="8" r="4" fill="currentcolor" stroke="none" />`),
};
const WELL = icon(
  svg`<circle cx="8" cy="8" r="6.8" stroke-width="1.6" /><path d="m4.9 8.3 2.1 2.1 4.1-4.4" stroke-width="1.6" />`,
);

/** Of a state: square with a cross, octagon, triangle, dashed ring, dot. */
export function markShape(mark: HostMark): TemplateResult {
  return html`<span class="mark ${mark}">${SHAPES[mark]}</span>`;
}

/** A ring with a tick, for many at once. */
export function wellShape(): TemplateResult {
  return html`<span class="mark up">${WELL}</span>`;
}
