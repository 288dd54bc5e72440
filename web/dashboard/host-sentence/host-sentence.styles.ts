import { css } from 'lit';

export const styles = css`
  :host {
    --_lines: 2;
    --_line: 1.5rem;
    position: relative;
    box-sizing: border-box;
    display: block;
    container-type: inline-size;
    padding-block: 0.75rem;
    font-size: 1.125rem;
    font-weight: 600;
    line-height: var(--_line);
    letter-spacing: -0.015em;
  }
  .box {
    position: relative;
    display: flex;
    align-items: start;
    gap: 0.625rem;
    /* As high as all that it may say, so that nothing below moves. */
    height: calc(var(--_lines) * var(--_line));
  }
  .mark {
    flex: none;
    display: flex;
    align-items: center;
    height: var(--_line);
    color: var(--_shape, var(--_text-muted));
  }
  .mark svg {
    width: 1.125rem;
    height: 1.125rem;
    stroke-width: 1.8;
  }
  .sign {
    stroke: var(--page, var(--_surface));
  }
  .well {
    --_shape: var(--_good);
  }
  .warning {
    --_shape: var(--_warn-shape);
  }
  .trouble,
  .down {
    --_shape: var(--_bad);
  }
  .text {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: var(--_lines);
    flex: 0 1 auto;
    min-width: 0;
    max-height: 100%;
    margin: 0;
    overflow: hidden;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  .after {
    font-weight: 400;
    color: var(--_text-muted);
  }
  .unknown .lead {
    color: var(--_text-second);
  }
  a {
    color: inherit;
    text-decoration: underline;
    text-decoration-color: color-mix(in srgb, currentcolor 45%, transparent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.2em;
    /* A name may be in any script. */
    unicode-bidi: isolate;
    border-radius: 0.125rem;
  }
  a:hover {
    text-decoration-color: currentcolor;
    text-decoration-thickness: 2px;
  }
  .muted {
    font-weight: 400;
    color: var(--_text-muted);
  }
  /* Over the end of what is cut. */
  .cut {
    position: absolute;
    inset-block-end: 0;
    inset-inline-end: 0;
    padding-inline-start: 3rem;
    background: linear-gradient(to right, transparent, var(--page, var(--_surface)) 2.5rem);
  }
  button {
    height: var(--_line);
    padding: 0 0.5rem;
    font: inherit;
    font-size: 0.875rem;
    color: inherit;
    background: none;
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_text-muted);
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .all {
    position: absolute;
    z-index: 5;
    inset-block-start: calc(100% + 0.25rem);
    inset-inline: 0 auto;
    max-width: 100%;
    padding: 0.5rem 0.75rem;
    font-size: 0.9375rem;
    line-height: 1.375rem;
    background: var(--_surface-raised);
    border: 1px solid var(--_border-strong);
    border-radius: 0.75rem;
    box-shadow: 0 0.5rem 1.5rem rgb(0 0 0 / 20%);
  }
  .all ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .all li {
    display: flex;
    gap: 0.5rem;
    padding-block: 0.25rem;
    overflow-wrap: anywhere;
  }
  .all .mark {
    height: 1.375rem;
  }
  .all .sign {
    stroke: var(--_surface-raised);
  }
  .all p {
    margin: 0;
    padding-block: 0.25rem;
  }

  @container (min-width: 40rem) {
    .box,
    .text {
      --_line: 1.75rem;
      font-size: 1.25rem;
      line-height: var(--_line);
    }
  }
  @container (min-width: 68rem) {
    .box,
    .text {
      --_lines: 1;
    }
    .box {
      margin-block: 0.25rem;
    }
  }

  :host([short]) {
    padding-block: 0;
    --_line: 1.25rem;
    font-size: 0.8125rem;
    letter-spacing: 0;
    container-type: normal;
    min-width: 0;
  }
  :host([short]) .box {
    --_lines: 1;
    --_line: 1.25rem;
    font-size: inherit;
    gap: 0.375rem;
  }
  :host([short]) .text {
    display: block;
    font-size: inherit;
    line-height: var(--_line);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  :host([short]) .mark svg {
    width: 1rem;
    height: 1rem;
  }

  :host([large]) {
    padding-block: 0;
  }
  :host([large]) .box,
  :host([large]) .text {
    --_lines: 2;
    --_line: 1.2em;
    font-size: clamp(1.25rem, min(3.7vh, 3vw), 4rem);
  }
  :host([large]) .box {
    margin: 0;
  }
  :host([large]) .text {
    line-height: 1.2;
  }
  :host([large]) .mark {
    height: 1.2em;
  }
  :host([large]) .mark svg {
    width: 0.9em;
    height: 0.9em;
  }

  @media (pointer: coarse) {
    /* A finger is as high as two lines. */
    a {
      padding-block: 0.375rem;
    }
    .all li {
      padding-block: 0.625rem;
    }
  }
  @media (forced-colors: active) {
    .mark {
      forced-color-adjust: preserve-parent-color;
    }
    .sign {
      stroke: Canvas;
    }
  }
  @media print {
    .box {
      height: auto;
    }
    .text {
      -webkit-line-clamp: none;
    }
    .cut,
    .all {
      display: none;
    }
  }
`;
