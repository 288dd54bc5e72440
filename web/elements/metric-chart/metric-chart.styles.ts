import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    /* For parents that take the width of their content. */
    contain-intrinsic-inline-size: 18rem;
    contain-intrinsic-block-size: auto calc(var(--_plot-height) + 5rem);
    min-width: 0;
    --_line: var(--mp-line, var(--_cpu));
    --_plot-height: var(--mp-plot-height, 10rem);
  }
  /* Skips layout and paint, and keeps its size. On the screen it would cut off shadows and outlines. */
  :host([offscreen]) {
    content-visibility: auto;
  }
  figure {
    display: flex;
    flex-direction: column;
    gap: var(--_space-3);
    margin: 0;
    padding: var(--_space-4) var(--_space-4) var(--_space-3);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  figcaption {
    display: grid;
    grid-template: 'label value' 'as-of tools' / minmax(0, 1fr) auto;
    align-content: center;
    align-items: baseline;
    gap: 0 var(--_space-2);
    min-height: 2.5rem;
  }
  .label {
    grid-area: label;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: 600;
    font-size: 0.9375rem;
  }
  .tools {
    grid-area: tools;
    display: flex;
    align-self: center;
    justify-self: end;
    margin-block: -0.375rem;
  }
  .tools [aria-pressed='true'] svg {
    stroke-width: 2.25;
  }
  /* Invisible until hovered or focused, yet focusable. */
  @media (hover: hover) {
    figure:not(:hover, :focus-within) .tools button:not([aria-pressed='true']),
    figure:not(:hover, :focus-within) .tools ::slotted(:not([chosen])) {
      opacity: 0;
    }
  }
  @media (pointer: coarse) {
    figcaption {
      grid-template: 'label tools' 'as-of value' / minmax(0, 1fr) auto;
    }
    .tools {
      margin: -0.5rem -0.75rem -0.5rem 0;
    }
    .value {
      justify-self: end;
    }
  }
  chart-table {
    position: absolute;
    inset: 0;
  }
  chart-table:focus-visible {
    outline-offset: -2px;
  }
  .label::before {
    content: '';
    display: inline-block;
    width: 0.625rem;
    height: 0.625rem;
    margin-inline-end: var(--_space-2);
    border-radius: 0.1875rem;
    background: var(--_line);
  }
  .value {
    grid-area: value;
    font-size: var(--mp-value-size, var(--_size-value));
    font-weight: 650;
    line-height: 1;
    letter-spacing: -0.02em;
    font-variant-numeric: tabular-nums;
  }
  .unit {
    margin-inline-start: 0.2em;
    font-size: 0.55em;
    font-weight: 550;
    letter-spacing: 0;
    color: var(--_text-muted);
  }
  .as-of {
    grid-area: as-of;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    line-height: 1;
    font-size: var(--_size-small);
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .plot {
    position: relative;
    height: var(--_plot-height);
  }
  /* Read by charts/palette.ts: color is the line, border-color the grid, text-decoration-color and font the labels, outline-color trouble, column-rule-color warnings. */
  canvas {
    position: absolute;
    inset: 0;
    /* Until Chart.js has measured the plot: the default width of a canvas is 300 px. */
    width: 100%;
    height: 100%;
    border: 0 solid var(--_grid);
    color: var(--_line);
    text-decoration-color: var(--_text-muted);
    outline-color: var(--mp-trouble, light-dark(#b8143f, #ff7089));
    column-rule-color: var(--mp-warning, light-dark(#b27d00, #ffd84a));
    font-size: max(11px, 0.6875rem);
    /* Invisible: its transitionend event reports a change of theme, whatever caused it. */
    transition: 1ms allow-discrete;
    transition-property: color, border-color, text-decoration-color, font-family, font-size;
  }
  @media print {
    :host {
      break-inside: avoid;
    }
    /* Overrides the size that Chart.js set for the screen. */
    canvas {
      width: 100% !important;
      height: 100% !important;
      object-fit: contain;
    }
    .label {
      white-space: normal;
    }
    .tools {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .label::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
    canvas {
      text-decoration-color: CanvasText;
    }
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    text-align: center;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  :host([compact]) figure {
    position: relative;
    padding: var(--_space-3) var(--_space-3) var(--_space-2);
  }
  :host([compact]) figcaption {
    grid-template: 'label label' 'value as-of' / auto 1fr;
    gap: var(--_space-1) var(--_space-2);
    min-height: 0;
  }
  /* Above the title, which has no room beside it. */
  :host([compact]) .tools {
    position: absolute;
    inset-block-start: 0.375rem;
    inset-inline-end: 0.25rem;
    margin: 0;
  }
  /* In the corner, right of the button that appears on hover. */
  :host([compact]) .tools ::slotted(*) {
    order: 1;
  }
  :host([compact]) .tools > *,
  :host([compact]) .tools ::slotted(*) {
    background: var(--_surface);
    border-radius: 0.375rem;
  }
  :host([compact]) .label {
    font-size: var(--_size-small);
  }
  /* A long title has no room beside a large value, whose width changes each second. */
  @media (pointer: fine) {
    @container (13rem < width <= 23rem) {
      :host(:not([compact], [sparkline])) figcaption {
        grid-template: 'label tools' 'value value' / minmax(0, 1fr) auto;
        row-gap: var(--_space-1);
      }
    }
  }
  /* Nor has the time: it uses the gap between value and plot. */
  @container (width <= 23rem) {
    figcaption {
      position: relative;
    }
    .as-of {
      position: absolute;
      grid-area: auto;
      inset-block-start: 100%;
      inset-inline-end: 0;
      max-width: 100%;
      font-size: 0.75rem;
    }
  }
  @container (width <= 13rem) {
    figure {
      position: relative;
      padding: var(--_space-3) var(--_space-3) var(--_space-2);
    }
    figcaption {
      grid-template: 'label' 'value' / minmax(0, 1fr);
      row-gap: var(--_space-1);
      min-height: 0;
    }
    .tools {
      position: absolute;
      inset-block-start: 0.375rem;
      inset-inline-end: 0.25rem;
      margin: 0;
    }
    .tools ::slotted(*) {
      background: var(--_surface);
      border-radius: 0.375rem;
    }
    .value {
      font-size: min(1.375rem, var(--mp-value-size, var(--_size-value)));
    }
  }
  /* Touch screens always show slotted tools; a table button would have no room. */
  @media (pointer: coarse) {
    :host([compact]) figcaption {
      grid-template: 'label tools' 'value value' / minmax(0, 1fr) auto;
    }
    :host([compact]) .tools {
      position: static;
      margin: -0.75rem -0.5rem -0.75rem 0;
    }
    :host([compact]) .tools button {
      display: none;
    }
    :host([compact]) .value {
      justify-self: start;
    }
  }
  /* A container has no baseline. */
  :host([sparkline]) {
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    container-type: normal;
    contain-intrinsic-block-size: auto var(--mp-plot-height, 1.1em);
  }
  :host([sparkline]) figure {
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    align-items: baseline;
    padding: 0;
    background: none;
    border: 0;
    border-radius: 0;
  }
  :host([sparkline]) figcaption {
    display: contents;
  }
  :host([sparkline]) :is(.label, .plot, .value, .as-of) {
    grid-area: auto;
  }
  :host([sparkline]) .label {
    font-size: inherit;
    font-weight: 500;
  }
  :host([sparkline]) .plot {
    order: 1;
    align-self: center;
    height: var(--mp-plot-height, 1.1em);
  }
  /* Width of a word, if the line of text has room. */
  :host([sparkline]) .plot::before {
    content: '';
    display: block;
    width: 5em;
    max-width: 100%;
  }
  /* The line itself shows the colour. */
  :host([sparkline]) .label::before {
    display: none;
  }
  :host([sparkline]) .value {
    order: 2;
    font-size: var(--mp-value-size, 1em);
    text-align: end;
  }
  :host([sparkline]) .unit {
    font-size: 0.85em;
  }
  :host([sparkline]) :is(.empty, .as-of, .tools, chart-table) {
    display: none;
  }
  :host([selectable]) canvas {
    cursor: crosshair;
  }
  :host([stale]) .value {
    color: var(--_text-muted);
  }
  :host([stale]) canvas,
  :host([stale]) .label::before {
    filter: grayscale(1);
    opacity: 0.65;
  }
`;
