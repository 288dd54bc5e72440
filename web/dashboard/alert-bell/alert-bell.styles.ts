import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    font-size: var(--_size-small);
  }
  .quiet {
    --_tone: var(--_text-muted);
  }
  .tool {
    width: 100%;
    border-color: transparent;
  }
  .warning,
  .trouble {
    color: var(--_tone);
    background: color-mix(in srgb, var(--_shape) 12%, transparent);
  }
  .stale {
    border: 1px dashed;
  }
  .shape svg {
    display: block;
    color: var(--_shape);
    stroke-width: 1.8;
  }
  .trouble .sign,
  .warning .sign {
    stroke: var(--page);
  }
  /* Whatever fires, the button keeps its size: what it says in words is in its name, and in the sentence of the page. */
  .count {
    position: absolute;
    inset-block-start: -0.25rem;
    inset-inline-start: calc(50% + 0.375rem);
    min-width: 0.9375rem;
    box-sizing: border-box;
    padding-inline: 0.1875rem;
    font-size: 0.625rem;
    font-weight: 700;
    font-variant-numeric: tabular-nums;
    line-height: 0.9375rem;
    text-align: center;
    color: var(--page);
    background: var(--_tone);
    border-radius: 0.5rem;
  }
  @media (max-width: 48rem), (pointer: coarse) and (max-width: 60rem) {
    .count {
      inset-block-start: 0.125rem;
    }
  }
  .said {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (forced-colors: active) {
    .count {
      outline: 1px solid;
    }
  }
`;
