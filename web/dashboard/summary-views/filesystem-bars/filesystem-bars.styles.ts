import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    min-height: 1.5rem;
    margin-block-end: var(--_space-4);
    font-size: var(--_size-small);
    font-variant-numeric: tabular-nums;
  }
  .as-of {
    margin: 0 0 var(--_space-2);
    color: var(--_text-muted);
  }
  ul {
    display: grid;
    gap: var(--_space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template: 'name bar share values' / minmax(6rem, 14rem) minmax(6rem, 1fr) 4rem minmax(0, 24rem);
    align-items: center;
    gap: var(--_space-1) var(--_space-3);
    --_tone: var(--mp-line, var(--_cpu));
  }
  @media print {
    li {
      break-inside: avoid;
    }
  }
  .name {
    grid-area: name;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: 600;
  }
  .bar {
    grid-area: bar;
    position: relative;
    height: 0.75rem;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: 0.25rem;
    background: var(--_surface);
  }
  .bar::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    width: calc(var(--_share, 0) * 100%);
    background: var(--_tone);
  }
  .share {
    grid-area: share;
    text-align: end;
    font-weight: 600;
  }
  .values {
    grid-area: values;
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space-3);
    color: var(--_text-muted);
  }
  :host([stale]) .bar {
    filter: grayscale(1);
    opacity: 0.65;
  }
  .full {
    --_tone: var(--_bad);
  }
  /* Colour alone is not enough. */
  .full .bar::before {
    background: repeating-linear-gradient(-45deg, var(--_tone) 0 6px, var(--_surface) 6px 8px);
  }
  .warning {
    display: inline-flex;
    align-items: center;
    gap: var(--_space-1);
    font-weight: 600;
    color: var(--_bad);
  }
  svg {
    width: 0.875rem;
    height: 0.875rem;
    stroke-width: 1.75;
  }
  .unknown .bar {
    border-style: dashed;
  }
  @container (max-width: 56rem) {
    li {
      grid-template: 'name share' 'bar bar' 'values values' / minmax(0, 1fr) auto;
    }
  }
  @media (forced-colors: active) {
    .bar::before {
      forced-color-adjust: none;
      background: Highlight;
    }
    .full .bar::before {
      background: repeating-linear-gradient(-45deg, Highlight 0 6px, Canvas 6px 8px);
    }
  }
`;
