import { css } from 'lit';

export const styles = css`
  /* Name and details are items of the page's own layout. */
  :host {
    display: contents;
  }
  h1 {
    flex: 1 1 4rem;
    min-width: 0;
    margin: 0;
    font-size: clamp(1.375rem, 1.1rem + 1.2vw, 2rem);
    line-height: 1.15;
    letter-spacing: -0.02em;
    overflow-wrap: anywhere;
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    order: 1;
    flex: 1 0 100%;
    gap: var(--_space-1) var(--_space-6);
    margin: calc(-1 * var(--_space-1)) 0 0;
    /* Keeps the charts in place when the details arrive. */
    min-height: 1lh;
    font-size: var(--_size-small);
  }
  @media (max-width: 90rem) {
    dl {
      min-height: calc(2lh + var(--_space-1));
    }
  }
  dl > div {
    display: flex;
    gap: var(--_space-2);
    min-width: 0;
  }
  dt {
    flex: none;
    color: var(--_text-muted);
  }
  dd {
    min-width: 0;
    margin: 0;
    overflow-wrap: anywhere;
    font-weight: 550;
    font-variant-numeric: tabular-nums;
  }
`;
