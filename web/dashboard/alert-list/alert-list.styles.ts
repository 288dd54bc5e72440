import { css } from 'lit';

export const styles = css`
  :host {
    --_wrong: light-dark(#b8143f, #ff7089);
  }
  dialog {
    box-sizing: border-box;
    width: min(34rem, 100vw);
    max-width: none;
    height: 100dvh;
    max-height: none;
    margin: 0 0 0 auto;
    padding: 0;
    overflow: hidden;
    flex-direction: column;
    font-size: 0.875rem;
    line-height: 1.4;
    color: var(--_text);
    background: var(--_surface);
    border: 0;
    border-inline-start: 1px solid var(--_border);
  }
  dialog[open] {
    display: flex;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 35%);
  }
  .top {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--_space-2) var(--_space-2) 0 var(--_space-4);
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: 1.125rem;
  }
  h2:focus,
  li:focus {
    outline: none;
  }
  h3 {
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  .group {
    margin-block: var(--_space-6) var(--_space-2);
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  .group:first-child {
    margin-block-start: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  p,
  dd {
    overflow-wrap: anywhere;
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
  button {
    padding-inline: var(--_space-3);
    font-weight: 600;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_text-muted);
  }
  button[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  .first {
    color: var(--_surface);
    background: var(--_text);
    border-color: var(--_text);
  }
  .close {
    width: 2.75rem;
    min-height: 2.75rem;
    padding: 0;
    font-size: 1.5rem;
    font-weight: 400;
    line-height: 1;
    background: none;
    border: 0;
  }

  .tabs {
    display: flex;
    gap: var(--_space-1);
    padding-inline: var(--_space-2);
    border-block-end: 1px solid var(--_border);
  }
  [role='tab'] {
    min-height: 2.75rem;
    padding-inline: var(--_space-2);
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-block-end: 2px solid transparent;
    border-radius: 0;
  }
  [role='tab']:hover {
    color: var(--_text);
  }
  [role='tab']:focus-visible {
    outline-offset: -2px;
  }
  [role='tab'][aria-selected='true'] {
    color: var(--_text);
    border-color: currentcolor;
  }
  .count {
    display: inline-block;
    min-width: 1.25rem;
    padding-inline: 0.3125rem;
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
    line-height: 1.25rem;
    text-align: center;
    color: var(--_surface);
    background: var(--_text);
    border-radius: 999px;
  }
  #panel {
    flex: 1;
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
    padding: var(--_space-4);
    padding-block-end: calc(var(--_space-6) + env(safe-area-inset-bottom, 0px));
  }
  #panel:focus-visible {
    outline-offset: -2px;
  }

  .note {
    margin-block-end: var(--_space-3);
    padding: var(--_space-2) var(--_space-3);
    font-size: var(--_size-small);
    color: var(--_text-muted);
    background: color-mix(in srgb, var(--_text) 6%, transparent);
    border-radius: 0.5rem;
  }
  .note code {
    color: var(--_text);
  }
  .note.bad {
    color: var(--_text);
    background: color-mix(in srgb, var(--_wrong) 10%, transparent);
    border-inline-start: 3px solid var(--_wrong);
  }
  .empty {
    padding-block: var(--_space-6);
    text-align: center;
    color: var(--_text-muted);
  }
  .empty strong {
    font-size: 1.125rem;
    color: var(--_text);
  }
  .muted {
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  .problem {
    font-size: var(--_size-small);
    font-weight: 600;
    color: var(--_wrong);
  }
  .done {
    font-size: var(--_size-small);
    font-weight: 600;
    color: var(--_good);
  }

  li > svg {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin-block-start: 0.125rem;
    color: var(--_shape);
    stroke-width: 1.8;
  }
  .off > svg {
    opacity: 0.4;
  }

  .alerts,
  .rules {
    display: grid;
    gap: var(--_space-3);
  }
  .alert {
    position: relative;
    display: flex;
    gap: var(--_space-3);
    padding: var(--_space-3) var(--_space-4);
    background: color-mix(in srgb, var(--_shape) 7%, var(--_surface-raised));
    border: 1px solid color-mix(in srgb, var(--_shape) 35%, var(--_border));
    border-radius: 0.75rem;
  }
  /* A tab beside the title. */
  .alert::before {
    content: '';
    position: absolute;
    inset-block: 0.75rem auto;
    inset-inline-start: -1px;
    width: 3px;
    height: 1.375rem;
    background: var(--_shape);
    border-radius: 0 3px 3px 0;
  }
  .quiet {
    background: var(--_surface-raised);
    border-color: var(--_border);
  }
  .quiet::before {
    display: none;
  }
  li > div {
    flex: 1;
    min-width: 0;
  }
  .subject {
    color: var(--_text-muted);
  }
  .severity {
    color: var(--_tone);
  }
  .standing {
    margin-block-start: var(--_space-1);
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
  .reading {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space-4);
    margin-block-start: var(--_space-1);
    font-variant-numeric: tabular-nums;
  }
  .reading div {
    display: flex;
    gap: 0.375rem;
  }
  dt {
    color: var(--_text-muted);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_space-2);
    margin-block-start: var(--_space-3);
  }

  .rows > li {
    display: flex;
    align-items: start;
    gap: var(--_space-3);
    padding-block: var(--_space-3);
    border-block-end: 1px solid var(--_border);
  }
  .rows button {
    flex: none;
  }
  .past button {
    padding-inline: 0;
    color: var(--_text-muted);
    background: none;
    border-color: transparent;
    font-size: var(--_size-small);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .past button:hover {
    color: var(--_text);
  }
  .wide {
    width: 100%;
    margin-block-start: var(--_space-4);
  }

  .rules > li {
    display: flex;
    gap: var(--_space-3);
    padding: var(--_space-3) var(--_space-4);
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-radius: 0.75rem;
  }
  .rules + .muted {
    margin-block-start: var(--_space-4);
  }
  .rules dl {
    margin-block-start: var(--_space-1);
  }
  .rules dl div {
    display: grid;
    grid-template-columns: 5rem 1fr;
    gap: var(--_space-2);
  }
  .off h3 {
    color: var(--_text-muted);
  }
  .tag {
    display: inline-block;
    padding-inline: 0.4375rem;
    font-size: 0.75rem;
    font-weight: 400;
    line-height: 1.25rem;
    color: var(--_text-muted);
    vertical-align: 0.0625rem;
    border: 1px solid var(--_border);
    border-radius: 999px;
  }
  code,
  pre {
    font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace;
    font-size: 0.8125rem;
  }
  pre {
    margin: var(--_space-2) 0 0;
    padding: var(--_space-3);
    overflow: auto;
    text-align: start;
    color: var(--_text);
    background: light-dark(#f4f6f9, #0b0f16);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
  }

  form {
    display: grid;
    gap: var(--_space-3);
    margin-block-start: var(--_space-3);
  }
  form label {
    display: grid;
    align-content: start;
    gap: var(--_space-1);
    font-size: var(--_size-small);
    font-weight: 600;
  }
  form :is(input:not([type='checkbox']), select) {
    width: 100%;
    min-width: 0;
    padding-inline: var(--_space-2);
    font-size: 0.9375rem;
    font-weight: 400;
  }
  input[aria-invalid='true'] {
    border-color: var(--_wrong);
  }
  form:not(:has(option[value='until']:checked)) .until {
    display: none;
  }
  form .actions {
    margin-block-start: 0;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
    gap: var(--_space-3);
  }
  .field {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
  }
  .unit {
    font-weight: 400;
    color: var(--_text-muted);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space-4);
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    font-size: var(--_size-small);
    font-weight: 600;
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    min-height: 2.25rem;
    font-weight: 400;
    cursor: pointer;
  }
  .check input {
    width: 1.125rem;
    min-height: 0;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_focus);
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
    input:not([type='checkbox']),
    select,
    .check {
      min-height: 2.75rem;
    }
    /* Chinese words of two characters are narrower. */
    button {
      min-width: 2.75rem;
    }
  }
  /* A button below the text it belongs to. */
  @media (max-width: 26rem) {
    .rows > li {
      flex-wrap: wrap;
      row-gap: 0;
      padding-block-end: var(--_space-1);
    }
    .past button {
      margin-inline-start: 1.875rem;
    }
    .rows > li > div {
      flex-basis: calc(100% - 2rem);
    }
  }
  @media (max-width: 34rem) {
    dialog {
      border: 0;
    }
  }
`;
