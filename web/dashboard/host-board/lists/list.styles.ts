import { css } from 'lit';

/** A card with things of one kind in it; the same measures as a chart's card. */
export const listStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    min-width: 0;
    color: var(--_text);
    font-size: 0.75rem;
    line-height: 1.25rem;
    font-variant-numeric: tabular-nums;
  }
  .card {
    position: relative;
    box-sizing: border-box;
    height: 100%;
    padding: 0.75rem 1rem 0.625rem;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .card.warning {
    --_tone: var(--_warn-shape);
  }
  .card.trouble {
    --_tone: var(--_bad);
  }
  .card:is(.warning, .trouble) {
    border-color: color-mix(in oklab, var(--_tone) 26%, var(--_border));
  }
  .card:is(.warning, .trouble)::before {
    content: '';
    position: absolute;
    inset-inline-start: -1px;
    inset-block-start: 0.9375rem;
    width: 3px;
    height: 1.125rem;
    border-radius: 0 2px 2px 0;
    background: var(--_tone);
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: var(--_space-2);
    height: 1.5rem;
    white-space: nowrap;
  }
  h2,
  h3 {
    margin: 0;
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .what {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--_text-muted);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .name {
    min-width: 0;
    padding: 0;
    overflow: hidden;
    font: inherit;
    font-size: 0.8125rem;
    font-weight: 500;
    color: inherit;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
    background: none;
    border: 0;
    cursor: pointer;
    unicode-bidi: plaintext;
  }
  /* The whole of its row. */
  .name::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .name:focus-visible {
    outline: 0;
  }
  .name:focus-visible::after {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
    border-radius: 0.25rem;
  }
  .value {
    text-align: end;
    white-space: nowrap;
  }
  .unit,
  .muted {
    color: var(--_text-muted);
  }
  svg {
    flex: none;
    width: 0.8125rem;
    height: 0.8125rem;
    vertical-align: -0.125em;
  }
  .sign {
    stroke: var(--_surface);
    stroke-width: 1.8;
  }
  li.warning .tinted,
  li.warning .tinted * {
    color: var(--_warn);
  }
  li.trouble .tinted,
  li.trouble .tinted * {
    color: var(--_bad);
  }
  li.warning svg {
    color: var(--_warn-shape);
  }
  li.trouble svg {
    color: var(--_bad);
  }
  .more {
    display: var(--_table-choices, block);
    margin-block-start: var(--_space-1);
    padding: var(--_space-1) 0;
    font: inherit;
    color: var(--_text-muted);
    background: none;
    border: 0;
    cursor: pointer;
  }
  .more:hover {
    color: var(--_text);
  }
  :host([stale]) :is(.value, .value *) {
    color: var(--_text-muted);
  }
  @media (pointer: coarse) {
    .more {
      min-height: 2.75rem;
    }
  }
  @media print {
    :host {
      break-inside: avoid;
    }
    .more {
      display: none;
    }
  }
`;

/** Rows of a card, whose columns are the list's own. */
export const rowStyles = css`
  .rows {
    display: grid;
    grid-template-columns: var(--_columns);
    grid-auto-rows: var(--_row, 2.125rem);
    gap: 0 0.625rem;
    position: relative;
    max-height: var(--_rows-height, none);
    margin-block-start: var(--_space-1);
    overflow: var(--_table-overflow, visible);
  }
  .rows ul {
    display: contents;
  }
  li {
    position: relative;
    display: grid;
    grid-template-columns: subgrid;
    grid-column: 1 / -1;
    align-items: center;
    border-block-start: 1px solid var(--_border);
  }
  li:first-child {
    border-block-start: 0;
  }
  li:hover {
    background: color-mix(in srgb, var(--_text) 4%, transparent);
  }
  @media (pointer: coarse) {
    .rows {
      --_row: 2.75rem;
    }
  }
`;
