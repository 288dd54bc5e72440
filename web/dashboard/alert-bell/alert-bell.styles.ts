import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-size: var(--_size-small);
  }
  .quiet {
    --_tone: var(--_text-muted);
  }
  button {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    max-width: 100%;
    min-width: 2.25rem;
    min-height: 2.25rem;
    padding-inline: 0.5625rem;
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 999px;
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_text-muted);
  }
  .warning,
  .trouble {
    color: var(--_tone);
    background: color-mix(in srgb, var(--_shape) 12%, var(--_surface));
    border-color: color-mix(in srgb, var(--_shape) 55%, var(--_surface));
  }
  .stale {
    border-style: dashed;
  }
  svg {
    flex: none;
    stroke-width: 1.5;
  }
  .shape svg {
    display: block;
    color: var(--_shape);
    stroke-width: 1.8;
  }
  .count {
    font-variant-numeric: tabular-nums;
  }
  .quiet .count {
    color: var(--_text-muted);
  }
  .words {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--_text);
  }
  /* No room for words: they are in the name of the button. */
  @container (max-width: 8.5rem) {
    .words {
      display: none;
    }
  }
  /* Where the bell has a place of its own size, nothing beside it may move. */
  @media (max-width: 48rem) {
    button {
      justify-content: center;
      width: 100%;
      padding: 0;
    }
    .count {
      position: absolute;
      inset-block-start: -0.375rem;
      inset-inline-end: -0.25rem;
      min-width: 1.125rem;
      padding-inline: 0.25rem;
      font-size: 0.6875rem;
      line-height: 1.125rem;
      text-align: center;
      color: var(--_surface);
      background: var(--_tone);
      border-radius: 999px;
    }
    .quiet .count {
      color: var(--_surface);
    }
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (pointer: coarse) {
    button {
      min-width: 2.75rem;
      min-height: 2.75rem;
    }
  }
`;
