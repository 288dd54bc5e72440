import { css } from 'lit';
import { radioLabels } from '../../elements/radio-labels.styles.ts';

export const styles = css`
  :host {
    flex: none;
    display: flex;
    align-items: center;
    font-size: 0.75rem;
    font-weight: 500;
  }
  fieldset {
    display: flex;
    box-sizing: border-box;
    min-width: 0;
    height: var(--tool-height, 2rem);
    margin: 0;
    padding: 2px;
    border: 1px solid var(--page-border-strong);
    border-radius: 0.5rem;
  }
  label {
    position: relative;
    display: grid;
    place-items: center;
    padding-inline: 0.5rem;
    white-space: nowrap;
    color: var(--_text-muted);
    border-radius: 0.375rem;
    cursor: pointer;
  }
  ${radioLabels}
  .open {
    display: none;
  }
  .open span {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .open svg {
    width: 0.75rem;
    height: 0.75rem;
  }
  /* Ten choices in a row are too many here. */
  @media (max-width: 83.9375rem) {
    fieldset.many {
      display: none;
    }
    .many + .open {
      display: inline-flex;
      width: auto;
      min-width: var(--tool-width, 6.5rem);
      padding-inline: 0.625rem;
    }
  }
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    fieldset:not(.choices) {
      display: none;
    }
    fieldset + .tool.open {
      display: inline-flex;
      flex-direction: row;
      width: 100%;
      min-width: 0;
      height: 2.75rem;
      padding-inline: 0.25rem;
      background: color-mix(in srgb, var(--page-text) 8%, transparent);
    }
  }
  .choices {
    display: grid;
    grid-template-columns: repeat(12, minmax(0, 1fr));
    gap: 0.375rem;
    width: 22rem;
    max-width: 100%;
    height: auto;
    padding: 0;
    border: 0;
    font-size: 0.8125rem;
  }
  .choices label {
    grid-column: span 3;
    min-height: 2.75rem;
    padding-inline: 0.25rem;
    line-height: 1.2;
    white-space: normal;
    text-align: center;
    color: var(--_text);
    border: 1px solid var(--page-border-strong);
    border-radius: 0.625rem;
  }
  .choices label.history {
    grid-column: span 4;
  }
  .choices label:has(:checked) {
    color: var(--page);
    background: var(--page-text);
    border-color: var(--page-text);
  }
  .kept {
    margin: 0.25rem 0 0;
    color: var(--_text-muted);
  }
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    .choices {
      width: 100%;
    }
  }
  .note {
    margin-inline-start: var(--_space-2);
    color: var(--_warn);
  }
  /* The bar has no room for it. */
  @media (max-width: 79.9375rem) {
    .note {
      position: fixed;
      inset-block-end: calc(var(--toolbar-height, 0px) + 0.75rem);
      inset-inline: 1rem;
      z-index: 5;
      width: fit-content;
      margin-inline: auto;
      padding: 0.5rem 0.75rem;
      background: var(--page-raised);
      border: 1px solid var(--page-border-strong);
      border-radius: 0.5rem;
    }
  }
  @media (forced-colors: active) {
    label:has(:checked) {
      outline: 2px solid Highlight;
    }
  }
`;
