import { css } from 'lit';

export const legendStyles = css`
  .legend {
    flex: none;
    display: flex;
    align-content: start;
    gap: 0 0.625rem;
    min-height: 1.25rem;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
    color: var(--_text-muted);
  }
  /* Without room for all, their names are shortened, and from five on they wrap. */
  .legend li {
    display: flex;
    min-width: 0;
  }
  .legend button {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.3125rem;
    width: auto;
    min-width: 0;
    height: 1.25rem;
    color: inherit;
    font: inherit;
    white-space: nowrap;
    border-radius: 0.25rem;
  }
  .legend button:hover {
    color: var(--_text);
  }
  /* As large as a pointer needs it, without a larger legend. */
  .legend button::after {
    content: '';
    position: absolute;
    inset: -0.125rem -0.3125rem;
    border-radius: inherit;
  }
  .legend [aria-pressed='true'] {
    color: var(--_text);
  }
  .legend [aria-pressed='true']::after {
    background: color-mix(in srgb, var(--_text) 12%, transparent);
  }
  .legend .name {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .legend b {
    min-width: var(--_width);
    color: var(--_text-second);
    font-weight: 500;
    text-align: end;
  }
  /* Beside their names, from which room for the longest unit would part them. */
  .legend.with-units b {
    text-align: start;
  }
  .legend .fixed {
    display: inline-block;
    width: var(--_width);
    height: 1.25rem;
    line-height: 1.25rem;
    vertical-align: bottom;
    contain: size layout;
  }
  .swatch {
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 2px;
    background: currentcolor;
    print-color-adjust: exact;
  }
  .swatch.circle {
    border-radius: 50%;
  }
  .swatch.triangle {
    border-radius: 0;
    clip-path: polygon(50% 0, 100% 100%, 0 100%);
  }
  .swatch.diamond {
    border-radius: 0;
    clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%);
  }
  @media (pointer: coarse) {
    .legend button::after {
      inset-block: -0.625rem;
    }
  }
  .legend:has(> :nth-child(5)) {
    flex-wrap: wrap;
  }
  @container (width <= 23rem) {
    .legend {
      /* Grows where another card of the row has more lines. */
      flex: 1 0 auto;
      flex-wrap: wrap;
    }
  }
  @media (forced-colors: active) {
    .swatch {
      forced-color-adjust: none;
    }
    .legend [aria-pressed='true']::after {
      border: 1px solid;
    }
  }
`;
