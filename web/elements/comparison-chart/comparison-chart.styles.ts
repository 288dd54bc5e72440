import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
    contain-intrinsic-block-size: auto 20rem;
    --_line: transparent;
  }
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
  .head {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: var(--_space-2);
  }
  .label {
    font-weight: 600;
    font-size: 0.9375rem;
  }
  .as-of {
    min-height: 1lh;
    font-size: var(--_size-small);
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr));
    gap: var(--_space-1) var(--_space-6);
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: var(--_size-small);
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--_space-2);
    min-width: 0;
  }
  li svg {
    flex: none;
    align-self: center;
    width: 1.5rem;
    height: 0.625rem;
    fill: currentcolor;
    stroke: currentcolor;
  }
  .host {
    max-width: calc(100% - 2.5rem);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .reading {
    font-weight: 650;
    font-variant-numeric: tabular-nums;
  }
  .faint .reading,
  .why {
    font-weight: 500;
    color: var(--_text-muted);
  }
  .faint svg {
    opacity: 0.5;
  }
  .s1 {
    color: var(--_cpu);
  }
  .s2 {
    color: var(--_memory);
  }
  .s3 {
    color: var(--_disk);
  }
  .s4 {
    color: var(--_network);
  }
  .plot {
    position: relative;
    height: var(--mp-headline-height, var(--mp-plot-height, 12rem));
  }
  /* Read by charts/palette.ts. */
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    border: 0 solid var(--_grid);
    color: var(--_text);
    text-decoration-color: var(--_text-muted);
    caret-color: var(--_surface);
    outline-color: var(--mp-trouble, light-dark(#b8143f, #ff7089));
    column-rule-color: var(--mp-warning, light-dark(#b27d00, #ffd84a));
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
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media print {
    :host {
      break-inside: avoid;
    }
    canvas {
      width: 100% !important;
      height: 100% !important;
      object-fit: contain;
    }
  }
  @media (forced-colors: active) {
    canvas {
      text-decoration-color: CanvasText;
      caret-color: Canvas;
    }
    li svg {
      forced-color-adjust: none;
    }
  }
`;
