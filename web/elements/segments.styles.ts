import { css } from 'lit';
import { radioLabels } from './radio-labels.styles.ts';

/** Radio buttons side by side, one of which is lit. Text makes a button as wide as it needs. */
export const segmentStyles = css`
  :host {
    display: inline-block;
    font-size: var(--_size-small);
  }
  fieldset {
    display: flex;
    gap: 2px;
    margin: 0;
    padding: 2px;
    border: 1px solid var(--_border-strong);
    border-radius: 0.5rem;
  }
  label {
    position: relative;
    display: grid;
    place-items: center;
    min-width: 2rem;
    height: 1.75rem;
    border-radius: 0.375rem;
    white-space: nowrap;
    color: var(--_text-muted);
    cursor: pointer;
  }
  ${radioLabels}
  svg {
    stroke-width: 1.6;
  }
  label:has(span) {
    padding-inline: 0.625rem;
  }
  /* A finger needs 44 px; with the frame it is 48. */
  @media (pointer: coarse) {
    label {
      min-width: 2.75rem;
      height: 2.75rem;
    }
  }
  @media (forced-colors: active) {
    label:has(:checked) {
      outline: 2px solid Highlight;
    }
  }
`;
