import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    max-width: 34rem;
    margin: clamp(0rem, 8vh, 6rem) auto;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--_space-2) var(--_space-3);
    padding: clamp(1.25rem, 5vw, 2rem);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  h1,
  label,
  p {
    grid-column: 1 / -1;
  }
  h1 {
    margin: 0 0 var(--_space-3);
    font-size: 1.375rem;
    line-height: 1.25;
    letter-spacing: -0.01em;
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
    padding-inline: var(--_space-4);
    font-weight: 600;
    color: var(--_surface);
    background: var(--_text);
    cursor: pointer;
  }
  button:disabled {
    opacity: 0.55;
  }
  [aria-invalid='true'] {
    border-color: var(--_bad);
  }
  p.wrong {
    font-weight: 600;
    color: var(--_bad);
  }
  p {
    margin: 0;
    overflow-wrap: anywhere;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  @media (max-width: 30rem) {
    form {
      grid-template-columns: minmax(0, 1fr);
    }
    /* Messages about the field stay directly below it. */
    button,
    #where {
      order: 1;
    }
  }
`;
