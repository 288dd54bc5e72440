import { css } from 'lit';

export const styles = css`
  dialog {
    box-sizing: border-box;
    width: min(38rem, 100vw - 2rem);
    max-width: none;
    max-height: min(36rem, 100dvh - 2rem);
    margin: min(12vh, 7rem) auto auto;
    padding: 0;
    overflow: hidden;
    font-size: 0.8125rem;
    color: var(--_text);
    background: var(--page-raised);
    border: 1px solid var(--page-border-strong);
    border-radius: 0.75rem;
    box-shadow: 0 0.75rem 2rem light-dark(rgb(19 26 38 / 14%), rgb(0 0 0 / 45%));
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
  }
  dialog::backdrop {
    background: rgb(4 7 12 / 40%);
  }
  .field {
    display: flex;
    flex: none;
    align-items: center;
    gap: 0.625rem;
    padding-inline: 1rem 0.5rem;
    border-block-end: 1px solid var(--page-border-strong);
  }
  .field svg {
    flex: none;
    color: var(--_text-muted);
    stroke-width: 1.5;
  }
  input {
    flex: 1;
    min-width: 0;
    height: 3rem;
    padding: 0;
    font: inherit;
    font-size: 1rem;
    color: inherit;
    background: none;
    border: 0;
  }
  /* The marked result shows where the keys go. */
  input:focus-visible {
    outline: none;
  }
  input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  .close {
    width: 2.75rem;
    height: 2.75rem;
    padding: 0;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: 0.5rem;
    cursor: pointer;
  }
  [role='listbox'] {
    flex: 1;
    min-height: 0;
    /* Always as high as many results: the dialog does not jump with what is typed. */
    height: 30rem;
    padding: 0.375rem;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  [role='group'] + [role='group'] {
    margin-block-start: 0.375rem;
  }
  h2 {
    margin: 0;
    padding: 0.375rem 0.625rem 0.25rem;
    font-size: 0.6875rem;
    font-weight: 600;
    color: var(--_text-muted);
  }
  [role='option'] {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 1rem;
    padding: 0.4375rem 0.625rem;
    border-radius: 0.5rem;
    cursor: pointer;
  }
  [role='option']:hover {
    background: color-mix(in srgb, var(--_text) 6%, transparent);
  }
  [aria-selected='true'] {
    background: color-mix(in srgb, var(--_text) 12%, transparent);
  }
  [role='option'] span {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: plaintext;
  }
  [role='option'] .detail {
    flex: 0 1 auto;
    font-size: 0.75rem;
    color: var(--_text-muted);
  }
  .nothing {
    margin: 1.5rem;
    text-align: center;
    color: var(--_text-muted);
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (pointer: coarse) {
    [role='option'] {
      align-items: center;
      min-height: 2.75rem;
      padding-block: 0;
      font-size: 0.875rem;
    }
  }
  /* Under the keyboard of a phone the list is short, so the field stands at the top. */
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    dialog {
      width: 100%;
      max-height: 100dvh;
      margin: 0;
      border-width: 0 0 1px;
      border-radius: 0 0 0.75rem 0.75rem;
    }
  }
  @media (forced-colors: active) {
    [aria-selected='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
