import { css } from 'lit';

export const styles = css`
  dialog {
    width: min(46rem, 100vw - 2rem);
    max-width: none;
    max-height: calc(100dvh - 2rem);
    padding: 0;
    overflow: auto;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border-strong);
    border-radius: var(--_radius);
    font-size: 0.875rem;
    line-height: 1.4;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  .top,
  .end {
    position: sticky;
    z-index: 1;
    display: flex;
    align-items: center;
    gap: var(--_space-3);
    padding: var(--_space-2) var(--_space-4);
    background: var(--_surface);
  }
  .top {
    inset-block-start: 0;
    justify-content: space-between;
    padding-inline-end: var(--_space-2);
    border-block-end: 1px solid var(--_border);
  }
  .end {
    inset-block-end: 0;
    min-height: 3.5rem;
    border-block-start: 1px solid var(--_border);
  }
  .end p {
    flex: 1;
    min-width: 0;
    margin: 0;
    font-size: var(--_size-small);
    font-variant-numeric: tabular-nums;
    color: var(--_text-second);
  }
  .end .wrong {
    color: var(--_warn);
    font-weight: 600;
  }
  h2 {
    margin: 0;
    font-size: 1rem;
  }
  h2 small {
    display: block;
    font-size: var(--_size-small);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
    color: var(--_text-muted);
  }
  .body {
    display: grid;
    grid-template-columns: minmax(0, 15rem) minmax(0, 1fr);
    gap: var(--_space-4) var(--_space-6);
    padding: var(--_space-4);
  }
  fieldset {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: var(--_space-1);
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0 0 var(--_space-1);
    font-size: 0.75rem;
    font-weight: 500;
    color: var(--_text-muted);
  }
  label {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: 0 var(--_space-2);
    padding: 0.3125rem 0;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  label.way {
    padding: var(--_space-2);
    border: 1px solid transparent;
    border-radius: 0.5rem;
  }
  label.way:has(:checked) {
    background: color-mix(in srgb, var(--_focus) 10%, transparent);
    border-color: color-mix(in srgb, var(--_focus) 45%, transparent);
  }
  label:has(:disabled) {
    color: var(--_text-muted);
    cursor: default;
  }
  label small {
    grid-column: 2;
  }
  label small,
  .leaves p {
    margin: 0;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  .part small {
    max-height: 2.8em;
    overflow: hidden;
    unicode-bidi: plaintext;
  }
  .of {
    margin-inline-start: 1.5rem;
  }
  input {
    width: 1rem;
    height: 1rem;
    margin: 0.125rem 0 0;
    accent-color: var(--_focus);
  }
  .leaves details {
    margin-inline-start: 1.5rem;
    font-size: var(--_size-small);
  }
  summary {
    width: fit-content;
    color: var(--_text-second);
    cursor: pointer;
  }
  .leaves ul {
    max-height: 12rem;
    margin: var(--_space-1) 0;
    padding: 0;
    overflow: auto;
    list-style: none;
    overscroll-behavior: contain;
  }
  .leaves li {
    overflow-wrap: anywhere;
  }
  code {
    font-size: 0.75rem;
    color: var(--_text-muted);
  }
  .address {
    width: 100%;
    height: auto;
    min-height: 2.25rem;
    padding: var(--_space-2);
    font: inherit;
    font-size: var(--_size-small);
    color: inherit;
    background: var(--_surface-raised);
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
  }
  button {
    min-height: 2.25rem;
    padding-inline: var(--_space-4);
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: var(--_surface-raised);
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_text-muted);
  }
  button:disabled {
    color: var(--_text-muted);
    cursor: default;
  }
  .close {
    width: 2.5rem;
    padding: 0;
    font-size: 1.25rem;
    font-weight: 400;
    line-height: 1;
    background: none;
    border: 0;
  }
  @media (max-width: 40rem) {
    dialog {
      width: 100vw;
      max-height: 100dvh;
      border-width: 1px 0 0;
      border-radius: var(--_radius) var(--_radius) 0 0;
      margin-block-end: 0;
    }
    .body {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (pointer: coarse) {
    button,
    label {
      min-height: 2.75rem;
    }
    label {
      padding-block: 0.625rem;
    }
  }
`;
