import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-size: 0.78125rem;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.75rem;
  }
  .head,
  .row,
  .head > * {
    display: grid;
  }
  .head > *,
  .row {
    --_columns: minmax(8rem, 17fr) minmax(8rem, 20fr) minmax(0, 12fr) minmax(0, 12fr) minmax(0, 14.5fr)
      minmax(0, 14.5fr) minmax(0, 12fr);
    grid-template-columns: var(--_columns);
    column-gap: 0.875rem;
    align-items: center;
    padding-inline: 1rem;
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    height: 1.875rem;
    align-items: center;
    color: var(--_text-muted);
    background: var(--_surface);
    border-block-end: 1px solid var(--_border);
    border-radius: 0.75rem 0.75rem 0 0;
  }
  [role='columnheader'] {
    display: flex;
    gap: 0.375rem;
    min-width: 0;
    white-space: nowrap;
    overflow: hidden;
  }
  .head button {
    padding: 0;
    font: inherit;
    font-weight: 500;
    color: inherit;
    background: none;
    border: 0;
    cursor: pointer;
  }
  .head button:hover,
  [aria-sort$='ending'] button {
    color: var(--_text);
  }
  [aria-sort='descending'] button::after {
    content: ' ↓';
  }
  [aria-sort='ascending'] button::after {
    content: ' ↑';
  }
  .body {
    position: relative;
    contain: layout style;
  }
  .row,
  .section {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 0;
    border-block-end: 1px solid var(--_border);
    contain: layout style;
  }
  .row {
    cursor: pointer;
  }
  .row:hover {
    background: color-mix(in srgb, var(--_text) 4%, transparent);
  }
  .row:focus-visible {
    outline-offset: -2px;
    border-radius: 0.375rem;
  }
  .section {
    display: flex;
    align-items: center;
    padding-inline: 1rem;
    font-size: 0.71875rem;
    color: var(--_text-muted);
    background: color-mix(in srgb, var(--_text) 3%, var(--_surface));
  }
  .host {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
    white-space: nowrap;
  }
  .host a {
    flex: 0 1 auto;
    min-width: 2.5rem;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .labels {
    flex: 1 1000 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--_text-muted);
  }
  .why {
    min-width: 0;
    line-height: 1rem;
  }
  .why > span {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .why.up > span {
    -webkit-line-clamp: 1;
  }
  .cell {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
    white-space: nowrap;
  }
  .cell > svg {
    flex: 1 1 2rem;
    min-width: 1.5rem;
  }
  .cell > svg.line {
    height: 22px;
  }
  .reading {
    flex: none;
    display: flex;
    gap: 0.375rem;
    justify-content: end;
    min-width: 3.375rem;
  }
  .cell:has(> svg.disk) .reading {
    flex: 0 1 auto;
    min-width: 4.5rem;
  }
  .cell:has(> .network) .reading {
    min-width: 4.75rem;
  }
  .cell .what {
    min-width: 0;
    max-width: 5rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .cell .mark svg {
    width: 0.75rem;
    height: 0.75rem;
  }
  /* The last picture of a host that does not answer. */
  :is(.row.down, .row.unknown) .cell,
  :host([stale]) .cell {
    filter: grayscale(1);
    color: var(--_text-muted);
  }
  :is(.row.down, .row.unknown) .cell > svg,
  :host([stale]) .cell > svg {
    opacity: 0.7;
  }

  @container (max-width: 72rem) {
    .labels {
      display: none;
    }
    .host a {
      flex: 1;
    }
  }
  /* Without the network, which seldom is what is wrong. */
  @container (max-width: 60rem) {
    .head > *,
    .row {
      --_columns: minmax(8rem, 15fr) minmax(8rem, 20fr) minmax(0, 13fr) minmax(0, 13fr) minmax(0, 16fr)
        minmax(0, 13fr);
    }
    .head > * > :nth-child(6),
    .row > :nth-child(6) {
      display: none;
    }
  }

  :host([narrow]) {
    font-size: 0.75rem;
  }
  :host([narrow]) .head > *,
  :host([narrow]) .row {
    --_columns: minmax(0, 1fr) minmax(8rem, 40%);
  }
  :host([narrow]) .head > *,
  :host([narrow]) .row,
  :host([narrow]) .section {
    padding-inline: 0.75rem;
  }
  :host([narrow]) .host a {
    font-size: 0.875rem;
  }
  .two {
    display: grid;
    flex: 1;
    min-width: 0;
  }
  .two .why {
    white-space: normal;
    line-height: 0.9375rem;
  }
  .two .number {
    color: inherit;
  }
  :host([narrow]) .reading {
    flex-direction: column;
    align-items: end;
    gap: 0;
    width: 4.5rem;
  }
  :host([narrow]) .reading .number {
    font-size: 1.0625rem;
    font-weight: 600;
  }
  :host([narrow]) .reading small {
    font-size: 0.75rem;
  }
  :host([narrow]) .cell > svg.line {
    height: 30px;
  }
`;
