import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
    container-type: inline-size;
    --_gap: 0.75rem;
  }
  .cards,
  .lists,
  .run {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
    min-width: 0;
  }
  [hidden] {
    display: none;
  }
  .lists > *,
  ::slotted(*) {
    min-width: 0;
  }
  .item {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-width: 0;
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-1) var(--_space-6);
    margin: 0 var(--_space-1);
    font-size: 0.75rem;
    color: var(--_text-muted);
  }
  dl div {
    display: flex;
    gap: var(--_space-2);
  }
  dd {
    margin: 0;
    color: var(--_text-second);
    font-variant-numeric: tabular-nums;
  }
  /* Rows of one card. */
  .rows {
    padding-inline: var(--_space-4);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  ::slotted(.table) {
    /* A table brings its own space above. */
    padding: 0 1rem 0.625rem;
    overflow-x: auto;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  :host([wall]) {
    display: block;
    flex: 1 1 0;
    min-height: 0;
    container-type: size;
    --mp-plot-height: 3rem;
    --mp-value-size: 1.8125rem;
  }
  .wall {
    display: grid;
    grid-template: repeat(var(--_rows), minmax(0, 1fr)) / repeat(var(--_tracks), minmax(0, 1fr));
    gap: var(--_gap);
    height: 100%;
  }
  .wall > *,
  .wall ::slotted(*) {
    min-width: 0;
    min-height: 0;
    overflow: hidden;
  }
  /* No row is cut in half. The space above the table, its title and the head of its columns are above the rows. */
  .wall {
    --_head: 3.875rem;
    --_table-choices: none;
    --_table-line: inline;
    --_table-row: 1.8125rem;
    --_table-overflow: clip;
    --_table-height: calc(var(--_head) + round(down, 100% - var(--_head) - 0.75rem, var(--_table-row)));
    --_rows-height: round(down, 100% - 1.75rem, 2.125rem);
  }
  .wall > filesystem-list {
    grid-column: var(--_list);
  }
  @media (min-width: 112.5rem) {
    :host(:not([wall])) {
      --_gap: 1rem;
      --mp-plot-height: 10.625rem;
    }
  }
  @container (width >= 41rem) {
    .cards,
    .lists,
    .run {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .item {
      grid-column: var(--_two);
    }
    .of-two-1 > :last-child:not(slot),
    .of-two-1 ::slotted(:last-child) {
      grid-column: 1 / -1;
    }
  }
  /* Six columns: a row has three or two cards. */
  @container (width >= 65.75rem) {
    .cards,
    .lists,
    .run {
      grid-template-columns: repeat(6, minmax(0, 1fr));
    }
    .item {
      grid-column: var(--_six);
    }
    .lists > *,
    .cards ::slotted(*),
    .of-two-1 > :last-child:not(slot),
    .of-two-1 ::slotted(:last-child) {
      grid-column: span 2;
    }
    .of-three-2 > :nth-last-child(-n + 2):not(slot),
    .of-three-2 ::slotted(:nth-last-child(-n + 2)),
    .of-three-1 > :nth-last-child(-n + 4):not(slot),
    .of-three-1 ::slotted(:nth-last-child(-n + 4)) {
      grid-column: span 3;
    }
    .of-three-one > :last-child:not(slot),
    .of-three-one ::slotted(:last-child) {
      grid-column: 1 / -1;
    }
  }
`;
