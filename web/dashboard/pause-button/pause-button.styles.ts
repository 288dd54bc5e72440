import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
    width: 2.25rem;
    height: 2.25rem;
    font-size: var(--_size-small);
  }
  button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--_space-2);
    min-width: 2.25rem;
    min-height: 2.25rem;
    padding: 0;
    font: inherit;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 999px;
    cursor: pointer;
  }
  .behind {
    position: fixed;
    inset-block-end: calc(1rem + env(safe-area-inset-bottom, 0px));
    inset-inline: 0;
    z-index: 5;
    width: max-content;
    min-height: 2.75rem;
    margin-inline: auto;
    padding-inline: 1rem 1.25rem;
    color: var(--_warn);
    background: var(--_surface-raised);
    border-color: currentcolor;
    box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 0.25);
  }
  :host([marking]) .behind {
    display: none;
  }
  /* There the range itself floats over the page. */
  @media (max-width: 103.9375rem) {
    :host([past]) .behind {
      display: none;
    }
  }
  svg {
    stroke-width: 2;
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (pointer: coarse) {
    :host,
    button {
      min-width: 2.75rem;
      min-height: 2.75rem;
    }
  }
`;
