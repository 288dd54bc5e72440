import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
    font-size: var(--_size-small);
  }
  :host([stale]) tbody {
    color: var(--_text-muted);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  p {
    margin: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--_space-1) var(--_space-3);
    padding-block-end: var(--_space-2);
  }
  .caption {
    font-weight: 600;
  }
  input {
    flex: 0 1 14rem;
    min-width: 0;
    min-height: 2rem;
    padding-inline: 0.75rem;
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 999px;
  }
  input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  :focus-visible {
    outline-offset: 1px;
  }
  @media print {
    tr {
      break-inside: avoid;
    }
    input:placeholder-shown {
      display: none;
    }
  }
  .count {
    color: var(--_text-muted);
  }
  .count:not(:empty) {
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
  th,
  td {
    padding: var(--_space-1) var(--_space-2);
    border-block-end: 1px solid var(--_border);
    text-align: start;
    font-weight: inherit;
    white-space: nowrap;
  }
  thead th {
    color: var(--_text-muted);
    font-weight: 550;
  }
  .number {
    text-align: end;
  }
  .text {
    max-width: 9rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  @media (pointer: coarse) {
    input {
      min-height: 2.75rem;
      /* Phones zoom into smaller fields. */
      font-size: 1rem;
    }
    thead button {
      min-height: 2.75rem;
    }
  }
  /* Takes up the remaining width. */
  th:first-child {
    width: 99%;
    max-width: 0;
    padding-inline-start: 0;
  }
  tbody th {
    font-weight: 550;
  }
  .difference {
    font-weight: 400;
    color: var(--_text-muted);
  }
  @container (min-width: 62rem) {
    .difference {
      display: none;
    }
  }
  /* The names of rows then include what tells them apart. */
  @container (max-width: 62rem) {
    .apart {
      display: none;
    }
  }
  /* The least important columns are last. */
  @container (max-width: 36rem) {
    :nth-child(n + 6):is(th, td) {
      display: none;
    }
  }
  @container (max-width: 26rem) {
    :nth-child(n + 4):is(th, td) {
      display: none;
    }
    .difference {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
    }
  }
`;
