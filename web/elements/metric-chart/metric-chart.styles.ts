import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    /* For parents that take the width of their content. */
    contain-intrinsic-inline-size: 18rem;
    contain-intrinsic-block-size: auto calc(var(--_plot-height) + 4.625rem);
    min-width: 0;
    --_line: var(--mp-line, var(--_cpu));
    --_plot-height: var(--mp-plot-height, 8.875rem);
  }
  /* Skips layout and paint, and keeps its size. On the screen it would cut off shadows and outlines, and columns shared with others everywhere. */
  :host([offscreen]:not([sparkline])) {
    content-visibility: auto;
  }
  figure {
    position: relative;
    display: flex;
    flex-direction: column;
    /* In a row of cards some have a longer legend: their plots end at the same height. */
    height: 100%;
    margin: 0;
    padding: 0.75rem 1rem 0.625rem;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  figcaption {
    flex: 1 0 auto;
    display: flex;
    align-items: baseline;
    gap: var(--_space-2);
    min-height: 1.5rem;
    line-height: 1.5rem;
    white-space: nowrap;
  }
  /* The title gives way to the time of a reading; facts and notices give way to the title. */
  .label {
    flex: 0 1 auto;
    min-width: 2.5ch;
    overflow: hidden;
    text-overflow: ellipsis;
    font-weight: 600;
    font-size: 0.8125rem;
  }
  /* Without a legend, the title says which line it is. */
  .label.only::before {
    content: '';
    display: inline-block;
    width: 0.5rem;
    height: 0.5rem;
    margin-inline-end: 0.375rem;
    border-radius: 2px;
    background: var(--_line);
  }
  .caption {
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.75rem;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .as-of {
    flex: 1 0.001 auto;
  }
  .end {
    position: relative;
    flex: none;
    margin-inline-start: auto;
  }
  /* Words are on the card's border: in its head they would have no room. */
  ::slotted([slot='badge']:not([dot])) {
    position: absolute;
    inset: -1.375rem 0 auto auto;
    z-index: 1;
  }
  .value {
    font-variant-numeric: tabular-nums;
  }
  .number {
    font-size: var(--mp-value-size, var(--_size-value));
    font-weight: 600;
    letter-spacing: -0.015em;
  }
  /* Its text changes each second, at a third of the layout: a box of its own has no baseline but its edge, so it ends on that of the text. */
  .number.fixed {
    display: inline-block;
    box-sizing: content-box;
    width: calc(var(--_chars) * 1ch);
    height: 0.7em;
    margin-block-start: 0.25em;
    line-height: 0.7em;
    text-align: end;
    white-space: nowrap;
    contain: size layout;
  }
  .unit {
    font-size: 0.75rem;
    font-weight: 500;
    color: var(--_text-muted);
  }
  .unit:not(:empty) {
    margin-inline-start: 0.1875rem;
  }
  /* Over the end of the caption: a row of their own would be empty most of the time. */
  .tools {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 100%;
    display: flex;
    align-items: center;
    padding-inline: 0.75rem 0.25rem;
    background: linear-gradient(to right, transparent, var(--_surface) 0.75rem);
  }
  .tools [aria-pressed='true'] svg {
    stroke-width: 2.25;
  }
  /* Invisible until hovered, tapped or focused, yet focusable. */
  figure:not(:hover, :focus-within) .tools {
    background: none;
    pointer-events: none;
  }
  figure:not(:hover, :focus-within) .tools button:not([aria-pressed='true']),
  figure:not(:hover, :focus-within) .tools ::slotted(:not([chosen])) {
    opacity: 0;
  }
  /* As high as its box: the plot takes what is left, and at least its own height. */
  :host([fill]) figcaption {
    flex: none;
  }
  :host([fill]) .plot {
    flex: 1 0 var(--_plot-height);
  }
  chart-table {
    position: absolute;
    inset: 0;
  }
  chart-table:focus-visible {
    outline-offset: -2px;
  }
  .plot {
    flex: none;
    position: relative;
    height: var(--_plot-height);
    margin-block-start: 0.25rem;
  }
  ::slotted([slot='strip']) {
    flex: none;
    display: block;
    height: 2.5rem;
    margin-block-start: 0.25rem;
  }
  /* Read by charts/palette.ts: color is the line, border-color the grid, text-decoration-color and font the labels, caret-color what it lies on, outline-color trouble, column-rule-color warnings. */
  canvas {
    position: absolute;
    inset: 0;
    /* Until Chart.js has measured the plot: the default width of a canvas is 300 px. */
    width: 100%;
    height: 100%;
    border: 0 solid var(--_grid);
    color: var(--_line);
    text-decoration-color: var(--_text-muted);
    caret-color: var(--_surface);
    outline-color: var(--mp-trouble, var(--_bad));
    column-rule-color: var(--mp-warning, var(--_warn-shape));
    font-size: max(11px, 0.6875rem);
    /* Invisible: its transitionend event reports a change of theme, whatever caused it. */
    transition: 1ms allow-discrete;
    transition-property: color, border-color, text-decoration-color, font-family, font-size;
  }
  .empty {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    margin: 0;
    text-align: center;
    font-size: var(--_size-small);
    color: var(--_text-muted);
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
    .label.only::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
    canvas {
      text-decoration-color: CanvasText;
      caret-color: Canvas;
    }
    /* Of several series, which have to be told apart: as the swatches. */
    i {
      forced-color-adjust: none;
    }
  }

  /* Narrow: the caption has a line of its own, also while it is empty. */
  @container (width <= 17rem) {
    figcaption {
      position: relative;
      padding-block-end: 0.875rem;
    }
    .caption {
      position: absolute;
      inset: auto 0 0;
      line-height: 0.875rem;
    }
  }
  @container (width <= 13rem) {
    figure {
      padding: var(--_space-2) var(--_space-3);
    }
    .number {
      font-size: min(1rem, var(--mp-value-size, 1rem));
    }
  }
  /* Not even the title has room beside the value. */
  @container (width <= 11rem) {
    figcaption {
      display: grid;
      gap: 0;
      line-height: 1.25rem;
    }
    .end {
      margin-inline-start: 0;
    }
    .tools {
      inset: -1.25rem 0 auto auto;
    }
    ::slotted([slot='badge']:not([dot])) {
      inset: -2.5rem auto auto -0.5rem;
    }
  }

  :host([compact]) figure {
    padding: var(--_space-2) var(--_space-3);
  }
  :host([compact]) .number {
    font-size: var(--mp-value-size, 1rem);
  }
  :host([compact]) slot[name='strip'] {
    display: none;
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
  :host([sparkline]) :is(figcaption, .end) {
    display: contents;
    line-height: inherit;
  }
  :host([sparkline]) .label {
    min-width: 0;
    font-size: inherit;
    font-weight: 500;
    line-height: inherit;
    white-space: nowrap;
  }
  :host([sparkline]) .plot {
    order: 1;
    align-self: center;
    height: var(--mp-plot-height, 1.1em);
    margin: 0;
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
    text-align: end;
    white-space: nowrap;
  }
  :host([sparkline]) .number {
    font-size: var(--mp-value-size, 1em);
  }
  /* A line of text has no room for the widest value. */
  :host([sparkline]) .number.fixed {
    display: inline;
    contain: none;
    line-height: inherit;
  }
  :host([sparkline]) .unit {
    font-size: 0.85em;
  }
  :host([sparkline]) :is(.empty, .caption, .tools, chart-table, slot[name='strip']) {
    display: none;
  }

  :host([selectable]) canvas {
    cursor: crosshair;
  }
  :host([stale]) .number {
    color: var(--_text-muted);
  }
  :host([stale]) :is(canvas, .label::before) {
    filter: grayscale(1);
    opacity: 0.65;
  }
`;
