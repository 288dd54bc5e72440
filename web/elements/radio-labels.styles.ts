import { css } from 'lit';

/** Radio buttons that are shown by their labels alone. The labels are positioned. */
export const radioLabels = css`
  label:hover {
    color: var(--_text);
  }
  label:has(:checked) {
    color: var(--_text);
    background: color-mix(in srgb, var(--_text) 12%, transparent);
  }
  label:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }
  input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
`;
