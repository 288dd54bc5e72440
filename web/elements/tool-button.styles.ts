import { css } from 'lit';

/** A button with an icon, on the card of a chart. */
export const toolButtonStyles = css`
  button {
    display: inline-grid;
    place-items: center;
    width: 1.75rem;
    height: 1.75rem;
    padding: 0;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: 0.375rem;
    cursor: pointer;
  }
  button:hover,
  [aria-pressed='true'] {
    color: var(--_text);
  }
  button:focus-visible {
    outline-offset: -1px;
  }
  svg {
    stroke-width: 1.5;
    stroke-linecap: butt;
  }
  @media (pointer: coarse) {
    button {
      width: 2.75rem;
      height: 2.75rem;
    }
  }
`;
