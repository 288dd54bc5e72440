import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-height: 5rem;
    margin-block-end: var(--_space-4);
    font-size: var(--_size-small);
    font-variant-numeric: tabular-nums;
  }
  .summary {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space-4);
    margin-block-end: var(--_space-2);
    color: var(--_text-muted);
  }
  .cells {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(1.125rem, 1fr));
    gap: 0.1875rem;
    border-radius: 0.25rem;
  }
  .few {
    grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
    gap: var(--_space-2);
  }
  .cells:focus-visible {
    outline-offset: 3px;
  }
  .cell {
    min-width: 0;
  }
  .heat {
    position: relative;
    height: 1.75rem;
    overflow: hidden;
    border: 1px solid var(--_border);
    border-radius: 0.25rem;
    background: var(--_surface);
  }
  /* One hue from the surface to full strength: lightness alone shows the load, to colour-blind readers too. */
  .heat::before {
    content: '';
    position: absolute;
    inset: 0;
    background: var(--mp-line, var(--_cpu));
    opacity: var(--_load, 0);
  }
  .unknown .heat {
    border-style: dashed;
    background: repeating-linear-gradient(-45deg, transparent 0 4px, var(--_border) 4px 5px);
  }
  :host([stale]) :is(.heat, .scale i) {
    filter: grayscale(1);
    opacity: 0.65;
  }
  .is-read .heat {
    outline: 2px solid var(--_text);
    outline-offset: -1px;
  }
  .name {
    display: flex;
    justify-content: space-between;
    gap: var(--_space-1);
    color: var(--_text-muted);
  }
  .name b {
    font-weight: 600;
    white-space: nowrap;
    color: var(--_text);
  }
  .name span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .reading {
    min-height: 1.4em;
    margin: var(--_space-1) 0 0;
  }
  .scale {
    display: flex;
    align-items: center;
    gap: var(--_space-2);
    margin-inline-start: auto;
  }
  .scale i {
    width: 5rem;
    height: 0.5rem;
    border: 1px solid var(--_border);
    border-radius: 0.125rem;
    print-color-adjust: exact;
    background: linear-gradient(to right, var(--_surface), var(--mp-line, var(--_cpu)));
  }
  /* The browser chooses the colours: show the load as a height. */
  @media (forced-colors: active) {
    .heat::before {
      inset-block-start: auto;
      height: calc(var(--_load, 0) * 100%);
      opacity: 1;
      forced-color-adjust: none;
      background: Highlight;
    }
    .scale {
      display: none;
    }
  }
`;
