import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    gap: var(--_space-2);
    min-width: 0;
  }
  h3 {
    margin: 0;
    font-size: 0.9375rem;
  }
  p {
    margin: 0;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  p.wrong {
    color: var(--_text);
    font-weight: 600;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    align-items: end;
    gap: var(--_space-3);
  }
  label {
    display: grid;
    gap: var(--_space-1);
    min-width: 0;
    font-weight: 600;
  }
  button,
  input,
  select {
    min-width: 0;
    min-height: 2.25rem;
    padding-inline: var(--_space-3);
    font: inherit;
    font-weight: 400;
    color: inherit;
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  button {
    font-weight: 600;
    cursor: pointer;
  }
  ul {
    display: grid;
    margin: 0;
    padding: 0;
    list-style: none;
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--_space-2);
    padding: var(--_space-1) var(--_space-1) var(--_space-1) var(--_space-3);
    overflow-wrap: anywhere;
  }
  li + li {
    border-block-start: 1px solid var(--_border);
  }
  pre {
    margin: 0;
    padding: var(--_space-3);
    background: light-dark(#f4f6f9, #0b0f16);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
    font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace;
    font-size: 0.8125rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  @media (max-width: 48rem) {
    form {
      grid-template-columns: minmax(0, 1fr);
    }
    button,
    input,
    select {
      min-height: 2.75rem;
    }
  }
`;
