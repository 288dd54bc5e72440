import { css } from 'lit';

export const styles = css`
  dialog {
    width: min(72rem, 100vw - 2rem);
    max-width: none;
    max-height: calc(100dvh - 2rem);
    padding: 0;
    overflow: auto;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    font-size: 0.9375rem;
    line-height: 1.4;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  .top {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--_space-2) var(--_space-2) var(--_space-2) var(--_space-4);
    background: var(--_surface);
    border-block-end: 1px solid var(--_border);
  }
  h2 {
    margin: 0;
    font-size: 1.125rem;
  }
  .columns {
    display: grid;
    grid-template: 'form preview' auto 'form result' 1fr / minmax(0, 20rem) minmax(0, 1fr);
    gap: var(--_space-4) var(--_space-6);
    padding: var(--_space-4);
  }
  form {
    grid-area: form;
  }
  .result {
    grid-area: result;
  }
  form,
  .result {
    display: grid;
    gap: var(--_space-4);
    align-content: start;
    min-width: 0;
  }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    font-weight: 600;
  }
  .count {
    font-weight: 400;
    color: var(--_text-muted);
  }
  button,
  input,
  select {
    min-height: 2.25rem;
    font: inherit;
    color: inherit;
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  input[type='search'] {
    width: 100%;
    margin-block: var(--_space-2);
    padding-inline: var(--_space-3);
  }
  .metrics {
    display: grid;
    height: 16rem;
    overflow: auto;
    align-content: start;
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  .metrics p {
    margin: 0;
    padding: var(--_space-3);
    color: var(--_text-muted);
  }
  .metrics label {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: 0 var(--_space-2);
    padding: var(--_space-1) var(--_space-3);
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .metrics label:hover {
    background: color-mix(in srgb, var(--_focus) 10%, transparent);
  }
  .metrics input {
    grid-row: span 2;
    min-height: 0;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_focus);
  }
  code {
    font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace;
    font-size: 0.8125rem;
    color: var(--_text-muted);
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr));
    gap: var(--_space-3);
  }
  .fields label {
    display: grid;
    gap: var(--_space-1);
    font-weight: 600;
  }
  .fields :is(input, select) {
    width: 100%;
    min-width: 0;
    padding-inline: var(--_space-2);
    font-weight: 400;
  }
  .chosen,
  .presets {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_space-1);
    margin: var(--_space-2) 0 0;
    padding: 0;
    list-style: none;
    font-size: var(--_size-small);
  }
  .chosen li {
    display: flex;
    align-items: center;
    max-width: 100%;
    padding-inline-start: var(--_space-2);
    background: color-mix(in srgb, var(--_focus) 14%, transparent);
    border-radius: 0.5rem;
  }
  .chosen span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .chosen button {
    width: 1.75rem;
    min-height: 1.75rem;
    padding: 0;
    background: none;
    border: 0;
    cursor: pointer;
  }
  .presets span {
    color: var(--_text-muted);
  }
  .presets button {
    min-height: 1.75rem;
    padding-inline: var(--_space-2);
    cursor: pointer;
  }
  .preview {
    grid-area: preview;
    min-width: 0;
    max-height: 24rem;
    padding: var(--_space-4);
    overflow: auto;
    background: light-dark(#f4f6f9, #0b0f16);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }
  .preview.light {
    color-scheme: light;
  }
  .preview.dark {
    color-scheme: dark;
  }
  .snippet {
    position: relative;
    min-width: 0;
  }
  pre {
    margin: 0;
    padding: var(--_space-3);
    padding-inline-end: 5.5rem;
    background: light-dark(#f4f6f9, #0b0f16);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  pre code {
    color: var(--_text);
  }
  .copy {
    position: absolute;
    inset-block-start: var(--_space-2);
    inset-inline-end: var(--_space-2);
    min-width: 4.5rem;
    font-weight: 600;
    cursor: pointer;
  }
  .close {
    width: 2.75rem;
    min-height: 2.75rem;
    font-size: 1.5rem;
    line-height: 1;
    background: none;
    border: 0;
    cursor: pointer;
  }
  .snippet p {
    margin: var(--_space-2) 0 0;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (max-width: 48rem) {
    .columns {
      grid-template: 'preview' auto 'form' auto 'result' auto / minmax(0, 1fr);
    }
    .preview {
      --mp-headline-height: 6.5rem;
      max-height: 16rem;
      padding: var(--_space-2);
    }
    .metrics {
      height: 11rem;
    }
    .chosen button {
      width: 2.75rem;
    }
    button,
    input:not([type='checkbox']),
    select,
    .metrics label {
      min-height: 2.75rem;
    }
  }
`;
