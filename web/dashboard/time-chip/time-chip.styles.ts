import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-flex;
    font-size: var(--_size-small);
  }
  .box {
    display: flex;
    flex: 1;
    align-items: center;
    min-width: 0;
    --_frame: var(--_focus);
    box-shadow: inset 0 0 0 1px var(--_frame);
    border-radius: 999px;
    background: color-mix(in srgb, var(--_focus) 12%, var(--_surface));
  }
  .text {
    flex: 1;
    min-width: 0;
    padding-inline: var(--_space-1);
    text-align: center;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  button {
    display: grid;
    flex: none;
    place-items: center;
    width: 2.25rem;
    height: 2.25rem;
    padding: 0;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: 999px;
    cursor: pointer;
  }
  button:hover:enabled {
    color: var(--_text);
    background: color-mix(in srgb, var(--_text) 8%, transparent);
  }
  button:disabled {
    opacity: 0.35;
    cursor: default;
  }
  button:focus-visible {
    outline-offset: -2px;
  }
  svg {
    stroke-width: 2;
  }
  .marked {
    min-height: 2.25rem;
    padding-inline: var(--_space-3);
  }
  .text span {
    white-space: nowrap;
  }
  /* Where the bar has no room for it: in reach of a thumb, however far the page is scrolled, and nothing else moves. */
  @media (max-width: 63.9375rem) {
    :host([past]) {
      position: fixed;
      inset-block-end: calc(1rem + env(safe-area-inset-bottom, 0px));
      inset-inline: 1rem;
      z-index: 5;
      width: max-content;
      max-width: calc(100% - 2rem);
      margin-inline: auto;
    }
    :host([past]) .box {
      min-height: 2.75rem;
      background: color-mix(in srgb, var(--_focus) 12%, var(--_surface-raised));
      box-shadow:
        inset 0 0 0 1px var(--_frame),
        0 0.25rem 1rem rgb(0 0 0 / 0.25);
    }
    .text {
      padding-inline: var(--_space-2);
    }
  }
  @media (pointer: coarse) {
    button {
      width: 2.75rem;
      height: 2.75rem;
    }
  }
  /* Two times with a year or a zone need the room. */
  @media (max-width: 26rem) {
    :host([past]) button {
      width: 2.25rem;
    }
    .text {
      padding-inline: 0;
    }
  }
  @media (max-width: 22rem) {
    .text {
      font-size: 0.6875rem;
    }
  }
  @media (forced-colors: active) {
    .box {
      outline: 1px solid;
    }
  }
`;
