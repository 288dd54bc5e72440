import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
    position: relative;
    font-size: var(--_size-small);
  }
  button {
    display: inline-flex;
    /* Without room beside the text, the countdown wraps below it. */
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0 var(--_space-2);
    min-height: 2rem;
    padding-block: 0;
    padding-inline: var(--_space-2) var(--_space-3);
    font: inherit;
    font-weight: 600;
    white-space: nowrap;
    color: var(--_tone);
    background: color-mix(in srgb, var(--_tone) 10%, var(--_surface));
    border: 1px solid color-mix(in srgb, var(--_tone) 35%, transparent);
    border-radius: 999px;
    cursor: default;
  }
  svg {
    stroke-width: 1.75;
  }
  :host([dot]) button {
    min-height: 1.75rem;
    padding: 0 0.375rem;
  }
  :host([small]) button {
    flex-wrap: nowrap;
    min-height: 1.5rem;
    padding-block: 0;
    padding-inline: 0.375rem 0.625rem;
    gap: 0.25rem;
    font-size: 0.75rem;
    line-height: 1rem;
    font-weight: 500;
  }
  :host([small]) .connected {
    border-color: transparent;
  }
  /* In the head of a card: a dot among text. */
  :host([small][dot]) button {
    min-height: 1rem;
    padding: 0;
    background: none;
    border: 0;
  }
  :host([dot]) .countdown {
    display: none;
  }
  .countdown {
    font-variant-numeric: tabular-nums;
    font-weight: 500;
  }
  .connected {
    --_tone: var(--_good);
  }
  .connecting,
  .catchingUp {
    --_tone: var(--_busy);
  }
  .reconnecting,
  .silent {
    --_tone: var(--_warn);
  }
  .hostUnknown,
  .disconnected {
    --_tone: var(--_text-muted);
  }
  .hostDown,
  .error {
    --_tone: var(--_bad);
  }
  .detail {
    position: absolute;
    inset-block-start: calc(100% + var(--_space-2));
    inset-inline-end: 0;
    z-index: 1;
    width: max-content;
    max-width: min(20rem, 80vw);
    padding: var(--_space-2) var(--_space-3);
    line-height: 1.45;
    text-align: start;
    white-space: normal;
    background: var(--_surface-raised);
    border: 1px solid var(--_border);
    border-radius: 0.5rem;
    box-shadow: 0 6px 20px rgb(0 0 0 / 18%);
  }
  /* Bridges the gap between badge and detail for the pointer. */
  .detail::before {
    content: '';
    position: absolute;
    inset-inline: 0;
    inset-block-end: 100%;
    height: var(--_space-2);
  }
  .detail[hidden] {
    display: none;
  }
  .announcement,
  :host([dot]) .word {
    position: absolute;
    inset: 0 0 auto auto;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .spin {
    transform-origin: 8px 8px;
  }
  @media (prefers-reduced-motion: no-preference) {
    .spin {
      animation: spin 1.4s linear infinite;
    }
  }
  @media (forced-colors: active) {
    button {
      border-color: CanvasText;
    }
  }
  @keyframes spin {
    to {
      transform: rotate(1turn);
    }
  }
`;
