import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    max-width: 32rem;
    margin: var(--_space-4) auto calc(2 * var(--_space-6));
    font-family: var(--_font);
    color: var(--_text);
  }
  :host([hidden]) {
    display: none;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--_space-2) var(--_space-3);
  }
  label,
  p {
    grid-column: 1 / -1;
  }
  label {
    font-weight: 600;
  }
  input,
  button {
    min-height: 2.75rem;
    padding-inline: var(--_space-3);
    font: inherit;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  button {
    font-weight: 600;
    cursor: pointer;
  }
  p {
    margin: 0;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  :is(input, button):focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  @media (max-width: 30rem) {
    form {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
