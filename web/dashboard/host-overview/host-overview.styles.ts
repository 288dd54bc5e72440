import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    font-size: 0.8125rem;
  }
  .top {
    display: flex;
    align-items: start;
    gap: 0.75rem;
    margin-block-end: 0.75rem;
  }
  h1 {
    display: flex;
    flex: 1;
    align-items: start;
    gap: 0.625rem;
    min-width: 0;
    margin: 0;
    font-size: 1.25rem;
    line-height: 1.75rem;
    font-weight: 600;
    letter-spacing: -0.015em;
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }
  h1 .mark {
    margin-block-start: 0.3125rem;
  }
  h1 .mark svg {
    width: 1.125rem;
    height: 1.125rem;
  }
  h1 .sign {
    stroke: var(--page, var(--_surface));
  }
  h1 a {
    text-decoration: underline;
    text-decoration-color: color-mix(in srgb, currentcolor 38%, transparent);
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
  }
  /* A name is broken only if it is longer than a line. */
  h1 a[data-host] {
    display: inline-block;
    max-width: 100%;
  }
  h1 a:hover {
    text-decoration-color: currentcolor;
  }
  .quiet {
    font-weight: 400;
    color: var(--_text-muted);
  }
  .count {
    line-height: 2rem;
    white-space: nowrap;
    color: var(--_text-muted);
  }
  .notice {
    margin: 0 0 0.75rem;
    padding: 0.375rem 0.75rem;
    color: var(--_text);
    background: color-mix(in srgb, var(--_warn) 12%, var(--_surface));
    border: 1px solid color-mix(in srgb, var(--_warn) 40%, transparent);
    border-radius: 0.5rem;
  }
  .controls,
  .chips {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }
  .controls {
    margin-block-end: 0.75rem;
  }
  .chips {
    flex: 1 1 auto;
  }
  input[type='search'] {
    width: 15rem;
    cursor: text;
  }
  input[type='search']::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  .choosing {
    display: inline-flex;
    gap: 0.5rem;
  }
  .main:not(:disabled) {
    color: var(--_surface);
    background: var(--_text);
    border-color: var(--_text);
  }
  .main:not(:disabled) .hint {
    color: inherit;
  }
  .main:disabled {
    color: var(--_text-muted);
    cursor: default;
  }
  .hosts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  .nothing {
    padding: 2rem;
    text-align: center;
    color: var(--_text-muted);
  }
  @media (max-width: 48rem) {
    .count {
      display: none;
    }
    h1 {
      font-size: 1rem;
      line-height: 1.375rem;
    }
    h1 .mark {
      margin-block-start: 0.125rem;
    }
    /* One row that can be pushed along. */
    .chips {
      flex: 1 1 100%;
      flex-wrap: nowrap;
      margin-inline: calc(-1 * var(--edge));
      padding-inline: var(--edge);
      padding-block: 2px;
      overflow-x: auto;
      scrollbar-width: none;
    }
    .chips .control {
      flex: none;
    }
    .hint {
      display: none;
    }
    input[type='search'] {
      flex: 1 1 100%;
      /* Phones zoom into fields with smaller text. */
      font-size: 1rem;
    }
  }
`;
