import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    align-items: baseline;
    gap: var(--_space-4);
    white-space: nowrap;
  }
  h1 {
    flex: 0 1 auto;
    min-width: 4rem;
    margin: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.9375rem;
    line-height: 2rem;
    letter-spacing: -0.01em;
  }
  dl {
    display: flex;
    flex: 1;
    gap: var(--_space-3);
    min-width: 0;
    margin: 0;
    overflow: hidden;
    font-size: 0.75rem;
    color: var(--_text-muted);
  }
  dl > div {
    display: flex;
    gap: var(--_space-1);
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
`;
