import { css } from 'lit';

export const styles = css`
  /* Between what live samples show and what the history does. */
  fieldset > i {
    width: 1px;
    margin: 0.375rem 0.25rem;
    background: var(--_border);
  }
  .many label:has(span) {
    min-width: 1.75rem;
    padding-inline: 0.4375rem;
  }
  select {
    display: none;
    width: 9.5rem;
    text-overflow: ellipsis;
    height: 2.25rem;
    padding-inline: 0.75rem;
    font: inherit;
    font-weight: 600;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 999px;
    cursor: pointer;
  }
  @media (max-width: 48rem) {
    select {
      width: 100%;
    }
  }
  @media (pointer: coarse) {
    select {
      height: 2.75rem;
      font-size: 1rem;
    }
  }
  /* Ten choices in a row are too many here. */
  @media (max-width: 79.9375rem) {
    fieldset.many {
      display: none;
    }
    select {
      display: block;
    }
  }
  .note {
    margin-inline-start: var(--_space-2);
    color: var(--_warn);
  }
`;
