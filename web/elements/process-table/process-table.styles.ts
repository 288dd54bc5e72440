import { css } from 'lit';

/**
 * Columns have fixed widths, and rows a fixed height: nothing moves when values change, and the canvas of the last minute knows where each row is.
 * A narrow table shows fewer columns, and what tells rows apart below their names.
 */
export const styles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
    font-size: var(--_size-small);
    /* A box that is lower than all rows, such as on a wall, ends below a whole one. */
    max-height: var(--_table-height, none);
    overflow: var(--_table-overflow, visible);
  }
  :host([stale]) tbody {
    color: var(--_text-muted);
  }
  :host([stale]) canvas {
    filter: grayscale(1);
    opacity: 0.6;
  }
  :host([stale]) td.bar {
    /* As the second shade of neutral (second-shades.styles.ts). */
    --_own: color-mix(in oklab, var(--mp-series-5) 62%, var(--_surface));
    --_bar: var(--_own, light-dark(#8894a8, #64718a));
  }
  table {
    --_row: var(--_table-row, 2.875rem);
    width: 100%;
    table-layout: fixed;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }
  p {
    margin: 0;
  }
  div.bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-2) var(--_space-3);
    padding-block-end: var(--_space-2);
  }
  .caption {
    flex: 1 1 auto;
    color: var(--_text-muted);
  }
  .caption b {
    margin-inline-end: var(--_space-1);
    font-weight: 600;
    color: var(--_text);
  }
  /* Nobody chooses anything on a wall, and names have the room of what matters less. */
  input,
  .choice {
    display: var(--_table-choices, flex);
  }
  .size {
    display: var(--_table-choices, table-cell);
  }
  input {
    flex: 0 1 12rem;
    min-width: 0;
    height: 2rem;
    padding-inline: 0.75rem;
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
  }
  input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  .choice {
    height: 2rem;
    padding: 1px;
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
  }
  .choice button {
    padding-inline: 0.625rem;
    color: var(--_text-second);
    border-radius: 0.375rem;
  }
  .choice [aria-pressed='true'] {
    font-weight: 600;
    color: var(--_text);
    background: var(--_border);
  }
  :focus-visible {
    outline-offset: 1px;
  }
  .found {
    color: var(--_text-muted);
  }
  .found:not(:empty) {
    padding-block-start: var(--_space-2);
  }
  button {
    margin: 0;
    padding: 0.125rem 0;
    font: inherit;
    white-space: nowrap;
    color: inherit;
    background: none;
    border: 0;
    border-radius: 0.25rem;
    cursor: pointer;
  }
  button:hover,
  [aria-sort] button {
    color: var(--_text);
  }
  /* Takes up room in every column, so that sorting moves none. */
  .arrow::before {
    content: '▾';
    display: inline-block;
    width: 1em;
    text-align: center;
    visibility: hidden;
  }
  [aria-sort] .arrow::before {
    visibility: visible;
  }
  [aria-sort='ascending'] .arrow::before {
    transform: scaleY(-1);
  }
  /* On the left, so that labels align with the numbers below. */
  .number button {
    display: inline-flex;
    flex-direction: row-reverse;
    align-items: center;
  }
  .number .arrow::before {
    margin-inline-start: -1em;
  }
  tbody tr {
    height: var(--_row);
  }
  thead tr {
    height: 1.875rem;
  }
  th,
  td {
    padding: 0 var(--_space-2);
    border-block-end: 1px solid var(--_border);
    text-align: start;
    font-weight: inherit;
    line-height: 1.25;
    white-space: nowrap;
  }
  :is(th, td).text {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  thead th {
    color: var(--_text-muted);
    font-weight: 550;
  }
  tbody tr:hover {
    background: color-mix(in srgb, var(--_text) 5%, transparent);
  }
  .number {
    text-align: end;
  }
  td:is(.apart, .id, .last) {
    color: var(--_text-second);
  }
  th:first-child {
    padding-inline-start: var(--_space-1);
  }
  :is(.line, .under) {
    display: var(--_table-line, block);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name,
  .group button {
    font-weight: 600;
    color: var(--_text);
  }
  :host([stale]) :is(.name, .group button) {
    color: inherit;
  }
  .more,
  .under {
    color: var(--_text-muted);
  }
  .group {
    background: color-mix(in srgb, var(--_text) 3%, transparent);
  }
  .group button {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    vertical-align: middle;
  }
  .member .title {
    padding-inline-start: 1.625rem;
  }
  .twist::before {
    content: '▸';
    display: inline-block;
    width: 1.25em;
  }
  [aria-expanded='true'] .twist::before {
    transform: rotate(90deg) translateX(-0.1em);
  }
  .ended > * {
    color: var(--_text-muted);
  }
  .ended td.bar {
    background: none;
  }
  .ended .name {
    color: inherit;
    text-decoration: line-through;
  }
  .end {
    color: var(--_text-second);
  }

  /* What a column is wide, with its padding; the name has the rest. */
  .share {
    width: 4.25rem;
  }
  .size {
    width: 5rem;
  }
  .spark {
    width: 4rem;
  }
  .rate {
    width: 6rem;
  }
  .count {
    width: 5rem;
  }
  .id {
    width: 4.75rem;
  }
  .apart {
    width: 7.5rem;
  }
  .place {
    width: 12rem;
  }
  .last {
    width: 8rem;
  }

  /* Hangs below its header, over the cells of its column. */
  thead .spark {
    position: relative;
    overflow: visible;
  }
  canvas {
    position: absolute;
    inset-block-start: calc(100% + 1px);
    inset-inline: var(--_space-2);
    width: calc(100% - 2 * var(--_space-2));
    height: calc(var(--rows) * var(--_row));
    color: var(--_cpu);
    pointer-events: none;
  }

  @media (pointer: coarse) {
    input {
      height: 2.75rem;
      /* Phones zoom into smaller fields. */
      font-size: 1rem;
    }
    .choice {
      height: 2.75rem;
    }
    thead button,
    .group button {
      min-height: 2.75rem;
    }
  }
  @container (max-width: 17rem) {
    .spark {
      display: none;
    }
  }
  @container (max-width: 26rem) {
    .line :is(.more, .end) {
      font-size: 0;
    }
    th:not(:first-child),
    td {
      padding-inline: var(--_space-1);
    }
  }
  @container (max-width: 40rem) {
    :is(.rate, .id, .apart, .last, .count) {
      display: none;
    }
    thead .spark {
      /* Its canvas stays. */
      font-size: 0;
    }
    input {
      flex: 1 1 7rem;
    }
    /* Both choices in one line. */
    div.bar {
      column-gap: var(--_space-2);
    }
    .choice button {
      padding-inline: 0.3125rem;
      font-size: 0.75rem;
    }
  }
  @container (min-width: 40rem) {
    .share {
      width: 8rem;
    }
    .size {
      width: 9.25rem;
    }
    .spark {
      width: 7.75rem;
    }
    td.bar {
      padding-inline-end: 3.5rem;
      background: linear-gradient(to right, var(--_bar) calc(var(--at) * 0.0625rem), var(--_track, var(--_border)) 0)
        right var(--_space-2) center / 2.5rem 0.3125rem no-repeat;
      print-color-adjust: exact;
    }
    th.bar {
      padding-inline-end: 3.5rem;
    }
    [data-hue='cpu'] {
      --_bar: var(--_cpu);
    }
    [data-hue='memory'] {
      --_bar: var(--_memory);
    }
    [data-hue='neutral'] {
      --_bar: var(--_neutral);
    }
  }
  @container (max-width: 54rem) {
    :is(.id, .last, .count) {
      display: none;
    }
  }
  @container (max-width: 66rem) {
    .group .more {
      display: block;
      padding-inline-start: 1.25em;
    }
    :is(.apart, .last, .count) {
      display: none;
    }
  }
  @container (min-width: 66rem) {
    table {
      --_row: 1.875rem;
    }
    .under {
      display: none;
    }
  }
  @container (max-width: 78rem) {
    .apart:not(.place) {
      display: none;
    }
  }
  /* Its texts are the names of the groups. */
  .grouped .place {
    display: none;
  }
  @container (max-width: 90rem) {
    .last {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .choice [aria-pressed='true'] {
      color: HighlightText;
      background: Highlight;
      forced-color-adjust: none;
    }
    canvas {
      color: CanvasText;
    }
    td.bar {
      color: CanvasText;
      border-color: CanvasText;
      forced-color-adjust: none;
      --_bar: CanvasText;
      --_track: transparent;
    }
  }
  @media print {
    tr {
      break-inside: avoid;
    }
    .choice,
    input:placeholder-shown {
      display: none;
    }
  }
`;
