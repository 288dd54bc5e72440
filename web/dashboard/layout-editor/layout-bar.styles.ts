import { css } from 'lit';

export const styles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_space-2);
    margin-block-end: 0.75rem;
    padding: var(--_space-3) var(--_space-4);
    background: var(--_surface);
    border: 1px solid var(--_focus);
    border-radius: var(--_radius);
    font-size: var(--_size-small);
  }
  .row,
  form,
  ul {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-2);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  label {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    color: var(--_text-second);
  }
  .end {
    margin-inline-start: auto;
  }
  button,
  input,
  select {
    box-sizing: border-box;
    min-height: 2rem;
    padding-inline: 0.625rem;
    font: inherit;
    color: inherit;
    background: var(--_surface-raised);
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
  }
  select,
  .name {
    max-width: 12rem;
  }
  .add {
    flex: 0 1 22rem;
    min-width: min(10rem, 100%);
  }
  button {
    font-weight: 500;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--_text-muted);
  }
  button:disabled {
    color: var(--_text-muted);
    cursor: default;
  }
  .done {
    font-weight: 600;
    border-color: var(--_focus);
  }
  p {
    margin: 0;
    color: var(--_text-muted);
  }
  .wrong {
    color: var(--_bad);
    font-weight: 600;
  }
  ul button {
    min-height: 1.75rem;
    max-width: 20rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (pointer: coarse) {
    button,
    input,
    select,
    ul button {
      min-height: 2.75rem;
    }
  }
  @media print {
    :host {
      display: none;
    }
  }
`;
