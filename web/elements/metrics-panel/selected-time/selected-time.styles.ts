import { css } from 'lit';

export const selectedTimeStyles = css`
  .live {
    margin-block-start: var(--_space-4);
  }
  /* Stays visible while the reader looks at the charts above. */
  aside {
    position: sticky;
    inset-block-end: 0;
    z-index: 1;
    box-sizing: border-box;
    max-height: 45vh;
    margin-block-start: var(--_space-4);
    padding: 0 var(--_space-4) var(--_space-3);
    overflow: auto;
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-block-end: 0;
    border-radius: var(--_radius) var(--_radius) 0 0;
    box-shadow: 0 -0.5rem 1.5rem rgb(0 0 0 / 0.18);
  }
  .chosen {
    position: sticky;
    inset-block-start: 0;
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: var(--_space-2) var(--_space-3);
    padding-block: var(--_space-3);
    background: inherit;
  }
  /* Has a row of its own where it would have less than that beside the buttons. */
  .chosen strong {
    flex: 1 1 min(100%, 16rem);
    min-width: 0;
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  aside button {
    flex: none;
    padding: var(--_space-1) var(--_space-3);
    font: inherit;
    font-size: var(--_size-small);
    color: inherit;
    background: none;
    border: 1px solid var(--_border);
    border-radius: 999px;
    cursor: pointer;
  }
  @media (pointer: coarse) {
    aside button {
      min-height: 2.75rem;
    }
  }
  aside button:focus-visible {
    border-radius: 0.25rem;
  }
  aside p {
    margin: 0;
  }
  @media print {
    aside {
      position: static;
      max-height: none;
      box-shadow: none;
    }
    button {
      display: none;
    }
  }
  .has-selected-time metric-chart {
    scroll-margin-block-end: 46vh;
  }
`;
