import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    flex: none;
    font-size: var(--_size-small);
  }
  .behind {
    position: fixed;
    inset-block-end: calc(var(--toolbar-height, 0px) + 1rem);
    inset-inline: 0;
    z-index: 5;
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    width: max-content;
    min-height: 2.75rem;
    margin-inline: auto;
    padding-inline: 1rem 1.25rem;
    font: inherit;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    color: var(--_warn);
    background: var(--_surface-raised);
    border: 1px solid currentcolor;
    border-radius: 999px;
    box-shadow: 0 0.25rem 1rem rgb(0 0 0 / 0.25);
    cursor: pointer;
  }
  :host([marking]) .behind {
    display: none;
  }
  /* There the range itself floats over the page. */
  @media (max-width: 63.9375rem) {
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
`;
