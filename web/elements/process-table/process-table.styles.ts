import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
    color: var(--_text);
    font-family: var(--_font);
    font-size: var(--_size-small);
  }
  :host([hidden]) {
    display: none;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  caption {
    padding-block-end: var(--_space-2);
    text-align: start;
    font-weight: 600;
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
  .figure {
    text-align: end;
  }
  .text {
    max-width: 9rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  /* Takes the room that the others leave. */
  th:first-child {
    width: 99%;
    max-width: 0;
    padding-inline-start: 0;
  }
  tbody th {
    font-weight: 550;
  }
  /* Columns stand in the order of their weight. */
  @container (max-width: 36rem) {
    :nth-child(n + 6):is(th, td) {
      display: none;
    }
  }
  @container (max-width: 26rem) {
    :nth-child(n + 4):is(th, td) {
      display: none;
    }
  }
`;
