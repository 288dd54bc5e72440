import { css } from 'lit';

/** Buttons and fields above the list. */
export const controlStyles = css`
  .control {
    display: inline-flex;
    align-items: center;
    gap: 0.4375rem;
    min-height: 2rem;
    max-width: 100%;
    margin: 0;
    padding-block: 0;
    padding-inline: 0.625rem;
    font: inherit;
    font-size: 0.78125rem;
    font-weight: 500;
    white-space: nowrap;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
    cursor: pointer;
  }
  .control:hover {
    border-color: var(--_text-muted);
  }
  .control[aria-pressed='true'] {
    background: color-mix(in srgb, var(--_text) 12%, var(--_surface));
    border-color: var(--_text-muted);
  }
  .control b {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .control .hint {
    font-weight: 400;
    color: var(--_text-muted);
  }
  .arrow::after {
    content: '';
    width: 0.375rem;
    height: 0.375rem;
    margin-block-start: -0.1875rem;
    border: solid currentcolor;
    border-width: 0 1.5px 1.5px 0;
    transform: rotate(45deg);
  }
  @media (pointer: coarse) {
    .control {
      min-height: 2.75rem;
    }
  }
`;
