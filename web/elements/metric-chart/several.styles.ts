import { css } from 'lit';
import { secondShades } from '../second-shades.styles.ts';

const styles = css`
  /* Whatever has a hue and a shade has the colour of its series. Only an area may have the third shade as its colour, since a line in it would be too
     faint: lines have the second, and are dotted. */
  [data-hue='cpu'] {
    color: var(--_cpu);
    --_second: var(--_cpu-second);
  }
  [data-hue='memory'] {
    color: var(--_memory);
    --_second: var(--_memory-second);
  }
  [data-hue='disk'] {
    color: var(--_disk);
    --_second: var(--_disk-second);
  }
  [data-hue='network'] {
    color: var(--_network);
    --_second: var(--_network-second);
  }
  [data-hue='neutral'] {
    color: var(--_neutral);
    --_second: var(--_neutral-second);
  }
  [data-shade='second'],
  [data-shade='third'] {
    color: var(--_second);
  }
  .stacked [data-shade='third'] {
    color: var(--_border-strong);
  }
  [data-level='warning'] {
    --_level: var(--_warn-shape);
    --_level-text: var(--_warn);
    --_tint: light-dark(rgb(255 196 0 / 20%), rgb(255 207 36 / 13%));
  }
  [data-level='trouble'] {
    --_level: var(--_bad);
    --_level-text: var(--_bad);
    --_tint: light-dark(rgb(184 20 63 / 8%), rgb(255 112 137 / 13%));
  }
  figure[data-level] {
    border-color: color-mix(in oklab, var(--_level) 26%, var(--_border));
  }
  /* A tab beside the title. */
  figure[data-level]::before {
    content: '';
    position: absolute;
    inset: 0.9375rem auto auto -1px;
    width: 3px;
    height: 1.125rem;
    background: var(--_level);
    border-radius: 0 2px 2px 0;
  }
  .several figcaption {
    flex: none;
  }
  .notice {
    color: var(--_level-text);
  }
  .glyph {
    width: 0.75rem;
    height: 0.75rem;
    margin-inline-end: 0.25rem;
    vertical-align: -0.09rem;
  }
  .glyph .body {
    fill: var(--_level);
    stroke: none;
  }
  .glyph .sign {
    stroke: var(--_surface);
    stroke-width: 1.8;
    stroke-linecap: butt;
  }
  .number.over {
    padding: 0.0625rem 0.4375rem;
    color: var(--_level-text);
    font-weight: 700;
    background: var(--_tint);
    border-radius: 0.4375rem;
  }
  /* The same baseline: the title stays where it is. */
  .number.over.fixed {
    margin-block: 0.01em -0.24em;
    padding-block: 0.24em;
    text-align: center;
  }
  .legend {
    flex: none;
    display: flex;
    align-content: start;
    gap: 0 0.625rem;
    min-height: 1.25rem;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
    color: var(--_text-muted);
  }
  /* Without room for all, their names are shortened, and from five on they wrap. */
  .legend li {
    display: flex;
    min-width: 0;
  }
  .legend button {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.3125rem;
    width: auto;
    min-width: 0;
    height: 1.25rem;
    color: inherit;
    font: inherit;
    white-space: nowrap;
    border-radius: 0.25rem;
  }
  .legend button:hover {
    color: var(--_text);
  }
  /* As large as a pointer needs it, without a larger legend. */
  .legend button::after {
    content: '';
    position: absolute;
    inset: -0.125rem -0.3125rem;
    border-radius: inherit;
  }
  .legend [aria-pressed='true'] {
    color: var(--_text);
  }
  .legend [aria-pressed='true']::after {
    background: color-mix(in srgb, var(--_text) 12%, transparent);
  }
  .legend .name {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .legend b {
    position: relative;
    min-width: var(--_width);
    height: 1.25rem;
    color: var(--_text-second);
    font-weight: 500;
    text-align: end;
  }
  /* Beside their names, from which room for the longest unit would part them. */
  .legend.with-units b {
    text-align: start;
  }
  /* Its text changes each second: out of the flow, that lays out less. */
  .legend .fixed {
    position: absolute;
    inset: 0;
    line-height: 1.25rem;
    contain: size layout;
  }
  .swatch {
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 2px;
    background: currentcolor;
    print-color-adjust: exact;
  }
  .swatch.circle {
    border-radius: 50%;
  }
  .swatch.triangle {
    border-radius: 0;
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
  }
  .swatch.diamond {
    border-radius: 0;
    clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%);
  }
  @media (pointer: coarse) {
    .legend button::after {
      inset-block: -0.625rem;
    }
  }
  .legend:has(> :nth-child(5)) {
    flex-wrap: wrap;
    column-gap: 0.25rem;
  }
  /* Close together, a value stands by its own name and not by the next. */
  .legend:has(> :nth-child(5)) .fixed {
    text-align: start;
  }
  /* No room for four names and their values. */
  @container (width <= 27rem) {
    .legend {
      flex-wrap: wrap;
    }
  }
  @container (width <= 23rem) {
    .legend {
      /* Grows where another card of the row has more lines. */
      flex: 1 0 auto;
    }
  }
  @media (forced-colors: active) {
    .swatch {
      forced-color-adjust: none;
    }
    .legend [aria-pressed='true']::after {
      border: 1px solid;
    }
  }
  :host([fill]) .legend {
    flex: none;
  }
  :host([compact]) .legend {
    display: none;
  }
  :host([sparkline]) .legend,
  :host([sparkline]) figure::before {
    display: none;
  }
  :host([stale]) .legend b {
    color: var(--_text-muted);
  }
  :host([stale]) .swatch {
    filter: grayscale(1);
    opacity: 0.65;
  }
  /* Narrow: the caption has a line of its own, also while it is empty. */
  @container (width <= 23rem) {
    .several figcaption {
      position: relative;
      padding-block-end: 0.875rem;
    }
    .several .caption {
      position: absolute;
      inset: auto 0 0;
      line-height: 0.875rem;
    }
  }
  @media (forced-colors: active) {
    figure[data-level]::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }

  /* A row. The plot needs to know as well: row-controller.ts. */
  @container (width < 42rem) {
  :host([row]) figure {
    display: grid;
    grid-template: 'label plot end' 1.125rem 'caption plot end' auto / minmax(0, 6.5rem) minmax(0, 1fr) minmax(5.5rem, auto);
    align-content: center;
    column-gap: 0.75rem;
    height: 3.75rem;
    padding: 0;
    background: none;
    border: 0;
    border-radius: 0;
  }
  /* Room for a second line. */
  :host([row]) figure[data-level] {
    height: 4.375rem;
  }
  :host([row]) figure[data-level]::before {
    display: none;
  }
  :host([row]:not(:first-child)) figure {
    border-block-start: 1px solid var(--_border);
  }
  :host([row]) figcaption {
    display: contents;
  }
  :host([row]) .label {
    grid-area: label;
    font-size: 0.875rem;
    line-height: 1.125rem;
    white-space: nowrap;
  }
  :host([row]) .label::before {
    display: none;
  }
  :host([row]) .caption {
    position: static;
    grid-area: caption;
    line-height: 1rem;
    white-space: nowrap;
  }
  :host([row]) .notice {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
  }
  :host([row]) .end {
    grid-area: end;
    align-self: center;
    margin: 0;
    text-align: end;
    white-space: nowrap;
  }
  :host([row]) .number {
    font-size: 1.1875rem;
  }
  :host([row]) .plot {
    grid-area: plot;
    align-self: center;
    height: 2.25rem;
    margin: 0;
  }
  :host([row]) :is(.legend, .tools, .empty, slot[name='strip']) {
    display: none;
  }

  }
`;

/** Of a card that has several series or something to say, and of one that is a row where it is narrow. */
export const severalStyles = css`${secondShades}${styles}`;
